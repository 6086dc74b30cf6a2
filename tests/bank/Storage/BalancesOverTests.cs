using SlurmBanking.Bank.Ledger;
using SlurmBanking.Bank.Storage;
using SlurmBanking.Bank.Teller;
using SlurmBanking.Terms;

namespace SlurmBanking.Bank.Tests.Storage;

/// <summary>Balances over time are those that a statement of the same ledger has, at each moment.</summary>
public abstract class BalancesOverTests<TDatabase>
    where TDatabase : TestDatabase, new()
{
    private static readonly DateTimeOffset Begin = new(2026, 6, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Each_moment_has_what_was_moved_before_it()
    {
        using var database = new TDatabase();
        using var store = database.Open();
        var one = TimeSpan.FromTicks(TimeSpan.TicksPerMicrosecond);
        await store.Write(books =>
        {
            AccountTeller.Open(books, new Account("a", new Allocation(null, null, null, IsExempt: false)), Begin);
            return true;
        });
        await Deposit("a", 100, Begin - one);
        await Deposit("a", 10, Begin);
        await Deposit("a", -5, Begin.AddDays(1) - one);
        await Deposit("a", 7, Begin.AddDays(1));
        await Deposit("a", 1, Begin.AddDays(2.5) - one);
        await Deposit("a", 3, Begin.AddDays(2.5));

        // At the beginning, after one day, after two, and at the end in the midst of the third.
        Assert.Equal([100, 105, 112, 113], await Over(TimeSpan.FromDays(1), Begin.AddDays(2.5)));
        Assert.Equal([100, 113], await Over(TimeSpan.FromDays(30), Begin.AddDays(2.5)));
        Assert.Equal([100, 105, 112, 116], await Over(TimeSpan.FromDays(1), Begin.AddDays(3)));

        async Task Deposit(string account, int su, DateTimeOffset at) =>
            await store.Write(books =>
                AccountTeller.Adjust(books, account, new ServiceUnits(su * 100L), $"{at.Ticks}", "test", "test", at)
            );

        async Task<IEnumerable<long>> Over(TimeSpan step, DateTimeOffset until) =>
            (await store.Read(books => books.BalancesOver("a", Begin, step, until))).Select(static su => su.Hundredths / 100);
    }

    [Fact]
    public async Task A_part_of_a_statement_has_the_balances_of_the_whole_whatever_was_written_late()
    {
        using var database = new TDatabase();
        using var store = database.Open();
        await store.Write(books =>
        {
            AccountTeller.Open(books, new Account("a", new Allocation(null, null, null, IsExempt: false)), Begin);
            return true;
        });
        // In the order in which they are written; the third was begun before the second, at another replica.
        foreach (var (su, minute) in new[] { (100, -120), (10, 1), (5, -1), (7, 60), (3, 59), (1, 300) })
        {
            var at = Begin.AddMinutes(minute);
            await store.Write(books => AccountTeller.Deposit(books, "a", new ServiceUnits(su * 100L), $"{su}", at));
        }

        Assert.Equal(["100=100", "10=110", "5=115", "7=122", "3=125", "1=126"], await Statement(null, null));
        Assert.Equal(["10=110", "7=122", "3=125", "1=126"], await Statement(Begin, null));
        Assert.Equal(["100=100", "5=115"], await Statement(null, Begin));
        Assert.Equal(["10=110", "3=125"], await Statement(Begin, Begin.AddMinutes(60)));
        Assert.Equal(["7=122"], await Statement(Begin.AddMinutes(60), Begin.AddMinutes(61)));
        Assert.Equal([], await Statement(Begin.AddDays(1), null));
        Assert.Equal((6, 4, 2), (await Count(null, null, 9), await Count(Begin, null, 9), await Count(null, Begin, 9)));
        Assert.Equal(2, await Count(Begin, Begin.AddMinutes(60), 9));
        Assert.Equal((1, 0), (await Count(Begin.AddMinutes(60), Begin.AddMinutes(61), 9), await Count(Begin.AddDays(1), null, 9)));
        Assert.Equal((6, 5), (await Count(null, null, 6), await Count(null, null, 5)));

        Task<int> Count(DateTimeOffset? since, DateTimeOffset? until, int most) =>
            store.Read(books => books.CountEntries("a", since, until, most));

        async Task<IEnumerable<string>> Statement(DateTimeOffset? since, DateTimeOffset? until) =>
            (await store.Read(books => books.Statement("a", since, until))).Select(static entry =>
                $"{entry.Amount.Hundredths / 100}={entry.Balance.Hundredths / 100}"
            );
    }

    [Fact]
    public async Task What_was_used_beyond_the_allocation_is_below_zero()
    {
        using var database = new TDatabase();
        using var store = database.Open();
        await store.Write(books =>
        {
            AccountTeller.Open(books, new Account("a", new Allocation(null, null, null, IsExempt: false)), Begin);
            AccountTeller.Admit(books, new Member("a", "1", null));
            AccountTeller.Deposit(books, "a", new ServiceUnits(1000), "d", Begin);
            return true;
        });
        var fields = new HashSet<string> { "jobslurmid", "userid", "accountid", "submitdate", "startdate", "amount" };
        await store.Write(books =>
            JobTeller.Create(
                books,
                new JobWrite(
                    new BankApi.Job
                    {
                        JobSlurmId = "1",
                        UserId = "1",
                        AccountId = "a",
                        SubmitDate = Begin,
                        StartDate = Begin,
                        Amount = new ServiceUnits(1250),
                    },
                    fields
                ),
                Begin.AddDays(1)
            )
        );
        var balances = await store.Read(static books => books.BalancesOver("a", Begin, TimeSpan.FromDays(1), Begin.AddDays(3)));
        Assert.Equal([0, 1000, -250, -250], balances.Select(static su => su.Hundredths));
        var (count, charged, jobs) = await store.Read(static books => books.Unsettled("a", 5));
        Assert.Equal((1, 1250, "1"), (count, charged.Hundredths, jobs.Single().Bill.Job));
    }
}

public sealed class SqliteBalancesOverTests : BalancesOverTests<SqliteTestDatabase>;

public sealed class PostgresBalancesOverTests : BalancesOverTests<PostgresTestDatabase>;
