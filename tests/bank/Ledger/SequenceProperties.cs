using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using SlurmBanking.Bank.Ledger;
using SlurmBanking.Bank.Storage;
using SlurmBanking.Bank.Teller;
using SlurmBanking.Bank.Tests.Storage;
using SlurmBanking.BankApi;
using SlurmBanking.Terms;

namespace SlurmBanking.Bank.Tests.Ledger;

/// <summary>
/// Whatever clients send, in whatever order and however often:
/// 1. a job is charged the amount of its last billable record, so any sequence ends where those records alone would;
/// 2. the overrun is exactly what was used beyond the allocation;
/// 3. every transfer balances, and what is kept beside the ledger agrees with it.
/// </summary>
public abstract class SequenceProperties<TDatabase> : IDisposable
    where TDatabase : TestDatabase, new()
{
    private const int Deposited = 20_000;
    private static readonly DateTimeOffset Now = new(2026, 6, 15, 12, 0, 0, TimeSpan.Zero);
    private static readonly string[] Uids = ["1000", "1001"];

    private readonly TDatabase _database = new();
    private readonly IBankStore _store;
    private int _accounts;

    protected SequenceProperties() => _store = _database.Open();

    public void Dispose()
    {
        _store.Dispose();
        _database.Dispose();
    }

    [Property(Arbitrary = [typeof(Records)])]
    public async Task Any_sequence_charges_what_the_last_billable_record_of_each_job_says(Record[] records)
    {
        var expected = new Dictionary<int, int>();
        foreach (var record in records)
        {
            if (record.IsPost ? !expected.ContainsKey(record.Job) : record.HasDates || !expected.ContainsKey(record.Job))
            {
                expected[record.Job] = record.HasDates ? record.Hundredths : 0;
            }
        }

        var (standing, users) = await Apply(records);
        var usage = expected.Values.Sum();
        Assert.Equal(usage, standing.Usage.Hundredths);
        Assert.Equal(Math.Max(0, usage - Deposited), standing.Overrun.Hundredths);
        for (var user = 0; user < Uids.Length; user++)
        {
            Assert.Equal(expected.Where(job => job.Key % Uids.Length == user).Sum(static job => job.Value), users[user].Hundredths);
        }
    }

    [Property(Arbitrary = [typeof(Records)])]
    public async Task Any_sequence_ends_where_the_last_record_of_each_job_alone_would(Record[] records)
    {
        var puts = records.Select(static record => record with { IsPost = false, HasDates = true }).ToArray();
        var last = puts.GroupBy(static record => record.Job).Select(static job => job.Last()).ToArray();
        var all = await Apply(puts);
        var few = await Apply(last);
        Assert.Equal(few.Standing, all.Standing);
        Assert.Equal(few.Users, all.Users);
    }

    private async Task<(Standing Standing, ServiceUnits[] Users)> Apply(Record[] records)
    {
        var account = $"account{++_accounts}";
        return await _store.Write(books =>
        {
            AccountTeller.Open(books, new Account(account, new Allocation(null, null, null, IsExempt: false)), Now);
            AccountTeller.Deposit(books, account, new ServiceUnits(Deposited), $"deposit/{account}", Now);
            foreach (var uid in Uids)
            {
                AccountTeller.Admit(books, new Member(account, uid, null));
            }

            foreach (var record in records)
            {
                var write = record.ToWrite(account, Uids[record.Job % Uids.Length], Now);
                var answer = record.IsPost ? JobTeller.Create(books, write, Now) : JobTeller.Put(books, write, Now);
                Assert.True(answer.Job is not null || record.IsPost);
            }

            // The whole ledger grows with each case: adding it all up every time would take the square of their number.
            if (_accounts % 20 == 0)
            {
                Assert.Empty(Audit(books));
            }

            var users = Uids.Select(uid => -books.Balance(LedgerAccount.UserCap(account, uid))).ToArray();
            return (Standing.Read(account, books.Balance), users);
        });
    }

    private static IReadOnlyList<string> Audit(IBooks books)
    {
        var audit = new LedgerAudit();
        foreach (var (book, number, transfer) in books.Transfers())
        {
            audit.Add(book, number, transfer);
        }

        return audit.Differences(books.Lengths(), books.Totals(), books.Bills());
    }
}

[Properties(MaxTest = 300)]
public sealed class SqliteSequenceProperties : SequenceProperties<SqliteTestDatabase>;

// The same code writes here; what differs takes no rare sequence to show.
[Properties(MaxTest = 60)]
public sealed class PostgresSequenceProperties : SequenceProperties<PostgresTestDatabase>;

public sealed record Record(int Job, bool IsPost, int Hundredths, bool HasDates, string Partition)
{
    public JobWrite ToWrite(string account, string uid, DateTimeOffset now)
    {
        DateTimeOffset? date = HasDates ? now : null;
        var job = new Job
        {
            JobSlurmId = $"{account}:{Job}",
            UserId = uid,
            AccountId = account,
            SubmitDate = date,
            StartDate = date,
            EndDate = date,
            Amount = new ServiceUnits(Hundredths),
            Partition = Partition,
        };
        return new JobWrite(job, new HashSet<string> { "submitdate", "startdate", "enddate", "amount", "partition" });
    }
}

public static class Records
{
    public static Arbitrary<Record> Any() =>
        (
            from job in Gen.Choose(0, 4)
            from isPost in Gen.Elements(true, false)
            from amount in Gen.Frequency((1, Gen.Constant(0)), (6, Gen.Choose(1, 15_000)))
            from hasDates in Gen.Frequency((4, Gen.Constant(true)), (1, Gen.Constant(false)))
            from partition in Gen.Elements("normal", "gpu")
            select new Record(job, isPost, amount, hasDates, partition)
        ).ToArbitrary();
}
