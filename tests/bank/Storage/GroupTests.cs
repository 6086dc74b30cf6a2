using SlurmBanking.Bank.Ledger;
using SlurmBanking.Bank.Storage;
using SlurmBanking.Bank.Teller;
using SlurmBanking.Bank.Tests.Contract;
using SlurmBanking.BankApi;
using SlurmBanking.Terms;

namespace SlurmBanking.Bank.Tests.Storage;

/// <summary>Work that waits together is done together, and each piece of it is as if it were alone.</summary>
public abstract class GroupTests<TDatabase> : IDisposable
    where TDatabase : TestDatabase, new()
{
    protected static readonly DateTimeOffset Now = new(2026, 6, 15, 12, 0, 0, TimeSpan.Zero);
    private static readonly HashSet<string> Fields = ["submitdate", "startdate", "enddate", "amount"];

    protected GroupTests() => Store = Database.Open();

    protected TDatabase Database { get; } = new();

    protected IBankStore Store { get; }

    public void Dispose()
    {
        Store.Dispose();
        Database.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task What_one_piece_does_wrong_is_its_own_callers_business()
    {
        await Open("a", "b");
        var (good, wrong, refused, other) = await Together(() =>
            (
                Create("1", "a", 100),
                Store.Write<int>(
                    books =>
                    {
                        JobTeller.Create(books, Write("2", "a", 7), Now);
                        throw new TellerException("changed its mind");
                    },
                    Of("2", "a")
                ),
                Store.Write<int>(static _ => throw new TellerException("never had one"), Of("3", "b")),
                Create("4", "b", 30)
            )
        );
        Assert.NotNull((await good).Job);
        Assert.Equal("changed its mind", (await Assert.ThrowsAsync<TellerException>(() => wrong)).Message);
        Assert.Equal("never had one", (await Assert.ThrowsAsync<TellerException>(() => refused)).Message);
        Assert.NotNull((await other).Job);
        Assert.Equal(["jobslurmid"], (await Create("1", "a", 100)).Refusals.Keys);
        Assert.Equal((100, 30), (await Usage("a"), await Usage("b")));
        Assert.Null(await Store.Read(static books => books.FindJob("2")));
        await Verify();
    }

    [Fact]
    public async Task Each_piece_finds_what_those_before_it_have_done()
    {
        await Open("a");
        var (created, settled, corrected, deposited) = await Together(() =>
            (
                Create("1", "a", 100),
                Put("1", "a", 40),
                Put("1", "a", 60),
                Store.Write(books => AccountTeller.Deposit(books, "a", new ServiceUnits(5), "more", Now), Of("1", "a"))
            )
        );
        Assert.All([await created, await settled, await corrected], static answer => Assert.NotNull(answer.Job));
        Assert.Equal((10_005, 60), ((await deposited).Standing.Deposited.Hundredths, (await deposited).Standing.Usage.Hundredths));
        var transfers = await Store.Read(static books => books.TransfersOf("1"));
        Assert.Equal(
            [
                ("job/1/1/0", "Charge", 100),
                ("job/1/1/1", "Charge", 100),
                ("job/1/2/0", "Settle", 60),
                ("job/1/2/1", "Settle", 60),
                ("job/1/3/0", "Settle", 20),
                ("job/1/3/1", "Settle", 20),
            ],
            transfers.Select(static one => (one.Transfer.Key, $"{one.Transfer.Code}", (int)one.Transfer.Amount.Hundredths))
        );
        await Verify();
    }

    [Fact]
    public async Task Work_on_another_project_than_was_foreseen_is_done_all_the_same()
    {
        await Open("a", "b");
        var (elsewhere, here) = await Together(() =>
            (Store.Write(static books => JobTeller.Create(books, Write("1", "b", 100), Now), Of("1", "a")), Create("2", "a", 30))
        );
        Assert.NotNull((await elsewhere).Job);
        Assert.NotNull((await here).Job);
        var moved = await Store.Write(static books => JobTeller.Put(books, Write("1", "a", 5), Now), Of("1", "a"));
        Assert.Equal(["accountid"], moved.Refusals.Keys);
        var nowhere = await Store.Write(static books => JobTeller.Create(books, Write("3", "c", 5), Now), Of("3", "c"));
        Assert.Equal(["accountid"], nowhere.Refusals.Keys);
        Assert.Equal((30, 100), (await Usage("a"), await Usage("b")));
        await Verify();
    }

    [Fact]
    public async Task What_somebody_else_wrote_meanwhile_is_known()
    {
        await Open("a");
        Assert.NotNull((await Create("1", "a", 100)).Job);
        var token = await Store.Write(static books => TokenTeller.Create(books, "t", TokenScope.Staff, null, Now));
        Assert.NotNull(await TokenTeller.Recognise(Store, token, Now));
        using (var other = Database.Open())
        {
            await other.Write(static books => AccountTeller.Deposit(books, "a", new ServiceUnits(7), "more", Now));
            await other.Write(books =>
            {
                TokenTeller.Revoke(books, "t");
                AccountTeller.Dismiss(books, "a", "1000", "ann", "left", Now);
                return true;
            });
        }

        Assert.Null(await TokenTeller.Recognise(Store, token, Now));
        Assert.Equal([JobAnswer.NoField], (await Create("2", "a", 100)).Refusals.Keys);
        var standing = await Store.Write(static books => Standing.Read("a", books.Balance), Of("1", "a"));
        Assert.Equal((10_007, 100), (standing.Deposited.Hundredths, standing.Usage.Hundredths));
        await Verify();
    }

    [Fact]
    public async Task Leases_of_many_who_charge_at_once_fall_by_all_of_it()
    {
        await Open("a");
        var asked = new LeaseAsk(null, [new LeaseRequest("", ServiceUnits.Zero, ServiceUnits.Zero)]);
        await Store.Write(books => LeaseTeller.Renew(books, "a", "c", asked, TimeSpan.FromMinutes(1), Now), Of("1", "a"));
        var jobs = await Together(() =>
            Enumerable
                .Range(0, 20)
                .Select(i =>
                    Store.Write(books => JobTeller.Create(books, Write($"{i}", "a", 10) with { Cluster = "c" }, Now), Of($"{i}", "a"))
                )
                .ToList()
        );
        Assert.All(await Task.WhenAll(jobs), static answer => Assert.NotNull(answer.Job));
        var (_, leases) = await Store.Read(static books => books.ListLeases("a", 0, 10));
        Assert.Equal(9_800, leases.Single().Granted.Hundredths);
        await Verify();
    }

    /// <summary>Runs something while the one who writes is busy, so that all that it begins waits together.</summary>
    protected async Task<T> Together<T>(Func<T> begin)
    {
        using var isBusy = new ManualResetEventSlim();
        using var mayGoOn = new ManualResetEventSlim();
        var busy = Task.Run(() =>
            Store.Write(
                _ =>
                {
                    isBusy.Set();
                    mayGoOn.Wait(TimeSpan.FromSeconds(20));
                    return true;
                },
                Of("-", "a")
            )
        );
        isBusy.Wait(TimeSpan.FromSeconds(20));
        var begun = begin();
        mayGoOn.Set();
        await busy;
        return begun;
    }

    protected async Task Open(params string[] names)
    {
        foreach (var name in names)
        {
            await Store.Write(books =>
            {
                AccountTeller.Open(books, new Account(name, new Allocation(null, null, null, IsExempt: false)), Now);
                AccountTeller.Admit(books, new Member(name, "1000", null));
                return AccountTeller.Deposit(books, name, new ServiceUnits(10_000), $"opening {name}", Now);
            });
        }
    }

    protected Task<JobAnswer> Create(string id, string account, long amount) =>
        Store.Write(books => JobTeller.Create(books, Write(id, account, amount), Now), Of(id, account));

    private Task<JobAnswer> Put(string id, string account, long amount) =>
        Store.Write(books => JobTeller.Put(books, Write(id, account, amount), Now), Of(id, account));

    protected async Task<long> Usage(string account) => (await Store.Read(books => Standing.Read(account, books.Balance))).Usage.Hundredths;

    protected async Task Verify()
    {
        var (exitCode, said, error) = await BankProcess.Run("verify", "--database", Database.Address);
        Assert.Equal((0, ""), (exitCode, error));
        Assert.Matches("^the books balance: ", said);
    }

    protected static Foreseen Of(string id, string account) => new(account, ["1000"], id, "");

    private static JobWrite Write(string id, string account, long amount) =>
        new(
            new Job
            {
                JobSlurmId = id,
                UserId = "1000",
                AccountId = account,
                SubmitDate = Now,
                StartDate = Now,
                EndDate = Now,
                Amount = new ServiceUnits(amount),
            },
            Fields
        );
}

public sealed class SqliteGroupTests : GroupTests<SqliteTestDatabase>;

public sealed class PostgresGroupTests : GroupTests<PostgresTestDatabase>
{
    [Fact]
    public async Task A_project_that_somebody_has_keeps_only_its_own_waiting()
    {
        await Open("a", "b");
        Task<JobAnswer> held;
        using (Database.Hold("SELECT 1 FROM accounts WHERE name = 'a' FOR UPDATE"))
        {
            held = Create("1", "a", 100);
            Assert.NotNull((await Create("2", "b", 30)).Job);
            Assert.NotNull((await Create("3", "b", 30)).Job);
            Assert.False(held.IsCompleted);
        }

        Assert.NotNull((await held).Job);
        Assert.Equal((100, 60), (await Usage("a"), await Usage("b")));
        await Verify();
    }

    /// <summary>A bank of the layout before may still run: it leaves it to the database to number and to add up.</summary>
    [Fact]
    public async Task Transfers_that_nobody_numbered_are_numbered()
    {
        await Open("a");
        Assert.NotNull((await Create("1", "a", 100)).Job);
        for (var i = 0; i < 2; i++)
        {
            Database.Execute(
                """
                INSERT INTO transfers (at, code, debit, credit, amount, key)
                VALUES (0, 'Deposit', ledger_account('GrantSource', 'a', '', 'a', false),
                        ledger_account('Project', 'a', '', 'a', false), 5, $1)
                """,
                $"key {i}"
            );
        }

        Assert.NotNull((await Create("2", "a", 30)).Job);
        var standing = await Store.Read(static books => Standing.Read("a", books.Balance));
        Assert.Equal((10_010, 130), (standing.Deposited.Hundredths, standing.Usage.Hundredths));
        await Verify();
    }

    [Fact]
    public async Task Of_many_pieces_that_wait_one_transaction_is_made()
    {
        await Open("a", "b");
        var jobs = await Together(() => Enumerable.Range(0, 50).Select(i => Create($"{i}", i % 2 == 0 ? "a" : "b", 1)).ToList());
        Assert.All(await Task.WhenAll(jobs), static answer => Assert.NotNull(answer.Job));
        // The transaction that wrote a row, of which there is one for all.
        Assert.Single(Database.Text("(SELECT DISTINCT CAST(xmin AS TEXT) FROM transfers WHERE code = 'Charge') made").Split('\n'));
    }
}
