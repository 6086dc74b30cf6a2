using SlurmBanking.Bank.Ledger;
using SlurmBanking.Bank.Storage;
using SlurmBanking.Bank.Teller;
using SlurmBanking.BankApi;
using SlurmBanking.Terms;

namespace SlurmBanking.Bank.Tests.Storage;

/// <summary>Leases in the books of both stores, at moments that the test names.</summary>
public abstract class LeaseBooksTests<TDatabase> : IDisposable
    where TDatabase : TestDatabase, new()
{
    private static readonly DateTimeOffset Now = new(2026, 6, 15, 12, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Minute = TimeSpan.FromSeconds(60);
    private readonly TDatabase _database = new();
    private readonly IBankStore _store;

    protected LeaseBooksTests() => _store = _database.Open();

    public void Dispose()
    {
        _store.Dispose();
        _database.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task What_is_held_stays_when_a_cluster_is_silent_and_the_rest_is_given_back()
    {
        await Open();
        Assert.Equal("100.00", $"{(await Renew("a", "30", "40", Now)).Project.Granted}");

        // To the cluster it is 60 s; to other clusters 5 more, since another bank's clock may have set the moment.
        Assert.Equal(Minute, (await Show("a", Now)).Left);
        Assert.Equal((TimeSpan.Zero, "100.00"), await Shown("a", Now.AddSeconds(60)));
        Assert.Equal("0.00", $"{(await Renew("b", "0", "0", Now.AddSeconds(64.999))).Project.Granted}");
        Assert.Equal((TimeSpan.Zero, "30.00"), await Shown("a", Now.AddSeconds(65)));
        Assert.Equal("70.00", $"{(await Renew("b", "0", "0", Now.AddSeconds(65))).Project.Granted}");

        // Back after a year it still has what it held.
        var back = await Renew("a", "30", "50", Now.AddDays(365));
        Assert.Equal(("100.00", "0.00"), ($"{back.Project.Granted}", $"{back.Project.Uncovered}"));
    }

    [Fact]
    public async Task A_charge_of_the_cluster_takes_from_its_leases_and_from_no_others()
    {
        await Open();
        await Renew("a", "50", "60", Now, ("1000", "10", "20"), ("1001", "0", "40"));
        await Renew("b", "0", "10", Now, ("1000", "0", "5"));
        Assert.Equal("a 100.00, a/1000 60.00, a/1001 40.00, b 0.00, b/1000 0.00", await All());

        await Write(Job("1", "12"), isNew: true, "a");
        Assert.Equal("a 88.00, a/1000 48.00, a/1001 40.00, b 0.00, b/1000 0.00", await All());

        // Told again it changes nothing; a lower amount raises nothing; a higher one takes the difference to what was charged.
        await Write(Job("1", "12"), isNew: true, "a");
        await Write(Job("1", "12"), isNew: false, "a");
        Assert.Equal("a 88.00, a/1000 48.00, a/1001 40.00, b 0.00, b/1000 0.00", await All());
        await Write(Job("1", "2"), isNew: false, "a");
        Assert.Equal("a 88.00, a/1000 48.00, a/1001 40.00, b 0.00, b/1000 0.00", await All());
        await Write(Job("1", "5"), isNew: false, "a");
        Assert.Equal("a 85.00, a/1000 45.00, a/1001 40.00, b 0.00, b/1000 0.00", await All());

        // A charge beyond the lease is a fact; the lease ends at zero.
        await Write(Job("2", "70"), isNew: false, "a");
        Assert.Equal("a 15.00, a/1000 0.00, a/1001 40.00, b 0.00, b/1000 0.00", await All());

        // Who names no cluster, or one without leases, takes from none.
        await Write(Job("3", "1"), isNew: true, null);
        await Write(Job("4", "1"), isNew: true, "c");
        Assert.Equal("a 15.00, a/1000 0.00, a/1001 40.00, b 0.00, b/1000 0.00", await All());
    }

    [Fact]
    public async Task A_refused_job_takes_nothing()
    {
        await Open();
        await Renew("a", "50", "60", Now);
        await Write(Job("1", "12"), isNew: true, "a");
        var answer = await Write(Job("1", "30"), isNew: true, "a");
        Assert.Null(answer.Job);
        Assert.Equal("a 88.00", await All());
    }

    [Fact]
    public async Task Only_leases_of_others_stand_against_a_question()
    {
        await Open();
        await Renew("a", "50", "80", Now, ("1000", "20", "30"));
        await Renew("b", "0", "0", Now);
        await Write(Job("1", "10"), isNew: true, "a");

        // a has 90 of 100 on the account and 50 of 60 for the user, less than those by nothing; 10 are charged.
        Assert.Equal(("10.00 90.00 0.00", "10.00 50.00 0.00"), await Balance(null));
        Assert.Equal(("10.00 90.00 0.00", "10.00 50.00 0.00"), await Balance("b"));
        Assert.Equal(("10.00 0.00 90.00", "10.00 0.00 50.00"), await Balance("a"));
        Assert.Equal("A job with job_cost 50.00 can be submitted.", await Ask("50", "a"));
        Assert.Equal("Adding job_cost 50.01 to user balance 10.00 would exceed user allocation 60.00.", await Ask("50.01", "a"));
        Assert.Equal("Adding job_cost 0.01 to account balance 100.00 would exceed account allocation 100.00.", await Ask("0.01", "b"));
        Assert.Equal("Adding job_cost 0.01 to account balance 100.00 would exceed account allocation 100.00.", await Ask("0.01", null));

        // When a was silent for long, what it held counts: 50 of the account, 20 of the user.
        Assert.Equal(("10.00 50.00 40.00", "10.00 20.00 30.00"), await Balance("b", Now.AddHours(1)));
    }

    [Fact]
    public async Task A_deposit_goes_first_to_what_is_held_without_a_lease()
    {
        await Open();
        await Renew("a", "100", "100", Now);
        var uncovered = await Renew("b", "30", "40", Now);
        Assert.Equal(("0.00", "30.00"), ($"{uncovered.Project.Granted}", $"{uncovered.Project.Uncovered}"));
        await _store.Write(books => AccountTeller.Deposit(books, "x", Su("35"), "more", Now));
        Assert.Equal("105.00", $"{(await Renew("a", "100", "110", Now)).Project.Granted}");
        var covered = await Renew("b", "30", "40", Now);
        Assert.Equal(("30.00", "0.00"), ($"{covered.Project.Granted}", $"{covered.Project.Uncovered}"));
    }

    [Fact]
    public async Task A_renewal_of_the_window_keeps_what_clusters_hold()
    {
        await Open();
        await Renew("a", "50", "80", Now);
        var end = Now.AddSeconds(-1);
        await _store.Write(books => AccountTeller.Change(books, "x", now => now with { End = end }, "ann", "the grant ends", Now));
        var ended = await Renew("a", "50", "80", Now);
        Assert.False(ended.IsActive);
        Assert.Equal(("0.00", "-80.00", "30.00"), ($"{ended.Project.Limit}", $"{ended.Project.Available}", $"{ended.Project.AskedBack}"));
        await _store.Write(books => AccountTeller.Renew(books, "x", null, null, null, "ann", Now));
        var renewed = await Renew("a", "50", "80", Now);
        Assert.True(renewed.IsActive);
        Assert.Equal(
            ("100.00", "100.00", "0.00"),
            ($"{renewed.Project.Limit}", $"{renewed.Project.Granted}", $"{renewed.Project.Available}")
        );
    }

    [Fact]
    public async Task What_is_released_is_remembered_with_actor_and_reason()
    {
        await Open();
        await Renew("a", "50", "80", Now, ("1000", "20", "30"));
        await Renew("b", "0", "0", Now);
        var release = await _store.Write(books => LeaseTeller.Release(books, "x", "a", "ann", "scrapped", Now.AddHours(1)));
        Assert.Equal(new LeaseRelease(Now.AddHours(1), "x", "a", Su("50"), "ann", "scrapped"), release);
        Assert.Equal("b 0.00", await All());
        await Assert.ThrowsAsync<TellerException>(() => _store.Write(books => LeaseTeller.Release(books, "x", "a", "ann", "x", Now)));
        var refused = Record.Exception(() =>
            _database.Execute("UPDATE lease_releases SET reason = '' WHERE cluster = 'a' AND actor = 'ann'")
        );
        Assert.NotNull(refused);
    }

    [Fact]
    public async Task Leases_are_counted_live_and_stale()
    {
        await Open();
        Assert.Equal(new LeaseCounts(0, 0, null), await Counts(Now));
        await Renew("a", "50", "80", Now, ("1000", "20", "30"));
        await Renew("b", "0", "0", Now.AddSeconds(30));
        Assert.Equal(new LeaseCounts(3, 0, null), await Counts(Now.AddSeconds(64)));
        // What covers nothing is not missed.
        Assert.Equal(new LeaseCounts(1, 2, Now.AddSeconds(65)), await Counts(Now.AddSeconds(65)));
        Assert.Equal(new LeaseCounts(0, 2, Now.AddSeconds(65)), await Counts(Now.AddSeconds(95)));
    }

    [Fact]
    public async Task What_nobody_renewed_for_90_days_and_covers_nothing_is_forgotten()
    {
        await Open();
        var expired = Now.AddSeconds(65);
        // a is gone with nothing held, b with a hold, c with a user's; d's user is gone, and e's other user not.
        await Renew("a", "0", "0", Now, ("1000", "0", "0"));
        await Renew("b", "5", "5", Now, ("1000", "0", "0"));
        await Renew("c", "0", "0", Now, ("1000", "1", "1"), ("1001", "0", "0"));
        await Renew("d", "0", "0", Now, ("1000", "0", "0"));
        await Renew("d", "0", "0", Now.AddDays(1));
        await Renew("e", "0", "0", Now, ("1000", "0", "0"));
        await Renew("e", "0", "0", Now, ("1001", "0", "0"));

        Assert.Equal([], await Forget(expired.AddDays(90)));
        Assert.Equal("a a/1000 b b/1000 c c/1000 c/1001 d d/1000 e e/1000 e/1001", await Names());
        Assert.Equal(["x"], await Forget(expired.AddDays(90).AddTicks(10)));
        Assert.Equal("b c c/1000 d", await Names());
        Assert.Equal([], await Forget(expired.AddDays(90).AddTicks(10)));

        // What is not there any more the writer does not remember either.
        await Renew("a", "1", "1", Now.AddDays(91));
        Assert.Equal("a b c c/1000 d", await Names());
    }

    private Task<IReadOnlyList<string>> Forget(DateTimeOffset now) => LeaseTeller.ForgetAbandoned(_store, new StoppedClock(now));

    private async Task<string> Names() => string.Join(' ', (await All()).Split(", ").Select(static one => one.Split(' ')[0]));

    private sealed class StoppedClock(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }

    private Task<LeaseCounts> Counts(DateTimeOffset now) => _store.Read(books => books.CountLeases(now));

    private Task<Account> Open() =>
        _store.Write(books =>
        {
            var account = new Account("x", new Allocation(null, null, null, IsExempt: false));
            AccountTeller.Open(books, account, Now);
            AccountTeller.Admit(books, new Member("x", "1000", Su("60")));
            AccountTeller.Admit(books, new Member("x", "1001", Su("40")));
            AccountTeller.Deposit(books, "x", Su("100"), "first", Now);
            return account;
        });

    private Task<ClusterLeases> Renew(
        string cluster,
        string held,
        string want,
        DateTimeOffset now,
        params (string Uid, string Held, string Want)[] users
    ) =>
        _store.Write(books =>
            LeaseTeller.Renew(
                books,
                "x",
                cluster,
                new LeaseAsk(
                    null,
                    [
                        new LeaseRequest("", Su(held), Su(want)),
                        .. users.Select(static user => new LeaseRequest(user.Uid, Su(user.Held), Su(user.Want))),
                    ]
                ),
                Minute,
                now
            )
        );

    private Task<ClusterLeases> Show(string cluster, DateTimeOffset now) =>
        _store.Read(books => LeaseTeller.Show(books, "x", cluster, now));

    private async Task<(TimeSpan Left, string Granted)> Shown(string cluster, DateTimeOffset now)
    {
        var shown = await Show(cluster, now);
        return (shown.Left, $"{shown.Project.Granted}");
    }

    private Task<JobAnswer> Write(Job job, bool isNew, string? cluster) =>
        _store.Write(books =>
        {
            var write = new JobWrite(job, new HashSet<string> { "submitdate", "startdate", "enddate", "amount" }, cluster);
            return isNew ? JobTeller.Create(books, write, Now) : JobTeller.Put(books, write, Now);
        });

    private async Task<(string Project, string User)> Balance(string? cluster, DateTimeOffset? now = null)
    {
        var balance = await _store.Read(books => BalanceTeller.Read(books, "x", "1000", now ?? Now, cluster));
        static string Text(LimitBalance one) => $"{one.Charged} {one.Leased} {one.Available}";
        return (Text(balance.Project), Text(balance.User!));
    }

    private async Task<string> Ask(string cost, string? cluster) =>
        (await _store.Read(books => SubmissionTeller.Ask(books, Su(cost), "1000", "x", Now, cluster))).Answer.Message!;

    private async Task<string> All()
    {
        var (_, leases) = await _store.Read(static books => books.ListLeases("x", 0, 100));
        return string.Join(", ", leases.Select(static one => $"{one.Cluster}{(one.Uid.Length > 0 ? "/" : "")}{one.Uid} {one.Granted}"));
    }

    private static Job Job(string id, string amount) =>
        new()
        {
            JobSlurmId = id,
            UserId = "1000",
            AccountId = "x",
            SubmitDate = Now,
            StartDate = Now,
            EndDate = Now,
            Amount = Su(amount),
        };

    private static ServiceUnits Su(string text) => ServiceUnits.TryParse(text, out var amount) ? amount : throw new FormatException(text);
}

public sealed class SqliteLeaseBooksTests : LeaseBooksTests<SqliteTestDatabase>;

public sealed class PostgresLeaseBooksTests : LeaseBooksTests<PostgresTestDatabase>;
