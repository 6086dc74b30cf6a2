using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using SlurmBanking.BankApi;
using SlurmBanking.Sidecar.Lifecycle;
using SlurmBanking.Sidecar.Outbox;
using SlurmBanking.Sidecar.Tests.Lifecycle;

namespace SlurmBanking.Sidecar.Tests.Outbox;

public sealed class JournalTests : IDisposable
{
    private readonly TemporaryState _state = new();
    private readonly FakeTimeProvider _time = new(Given.Noon);
    private RunningJournal _running;

    public JournalTests() => _running = Open();

    private Journal Journal => _running.Journal;

    public void Dispose()
    {
        _running.Dispose();
        _state.Dispose();
    }

    [Fact]
    public async Task Holds_runs_and_records_survive_the_process()
    {
        var life = new JobLife(new Book(), Given.Noon.AddDays(-1));
        await HoldAsync(life, Given.Hold(1, 6m));
        await HoldAsync(life, Given.Hold(2, 1.25m, tasks: 3));
        await WriteAsync(
            life.Listed(Given.Listing(90, Given.Job(7, "RUNNING", mark: 1) with { ArrayJobId = 5 }), Given.Cluster, Given.Settings())
        );
        var sent = Assert.Single(Journal.ReadDue(10)).Delivery;
        Reopen();
        var book = new Book();
        Journal.Load(book);
        Assert.Equal(life.Book.Holds, book.Holds);
        var (before, after) = (Assert.Single(life.Book.Runs), Assert.Single(book.Runs));
        Assert.Equal(before.Rates.CpuPrice, after.Rates.CpuPrice);
        Assert.Equal(before with { Rates = after.Rates }, after);
        Assert.Equal(life.Book.Of(Given.Account), book.Of(Given.Account));
        Assert.Equal(Given.Id(1), book.HoldOfJob(5));
        var pending = Assert.Single(Journal.ReadDue(10));
        Assert.Equal((sent.Run, sent.Account, sent.Kind), (pending.Delivery.Run, pending.Delivery.Account, pending.Delivery.Kind));
        Assert.Equal((Given.Su(6), "7"), (pending.Delivery.Job.Amount, pending.Delivery.Job.JobSlurmId));
    }

    [Fact]
    public async Task A_released_hold_is_gone()
    {
        var life = new JobLife(new Book(), Given.Noon);
        await HoldAsync(life, Given.Hold(1, 6m));
        await WriteAsync(life.Ended(Given.Ended(7, mark: 1), doubtful: false, Given.Settings()));
        Reopen();
        var book = new Book(Journal.Runs);
        Journal.Load(book);
        Assert.Empty(book.Holds);
        Assert.NotNull(book.Find(new RunKey(Given.Id(1), 7, 0)));
    }

    [Fact]
    public async Task Of_each_job_only_the_oldest_record_is_due()
    {
        await WriteAsync(Records(("7", DeliveryKind.Charge), ("8", DeliveryKind.Charge), ("7", DeliveryKind.Settle)));
        var due = Journal.ReadDue(10);
        Assert.Equal(["Charge 7", "Charge 8"], Names(due));
        await Journal.Write(writer => writer.Delivered(due[0].Seq, Given.Noon));
        Assert.Equal(["Charge 8", "Settle 7"], Names(Journal.ReadDue(10)));
        Assert.Equal(["Charge 8"], Names(Journal.ReadDue(1)));
    }

    [Fact]
    public async Task A_record_to_be_retried_waits_and_holds_back_the_later_ones_of_its_job()
    {
        await WriteAsync(Records(("7", DeliveryKind.Charge), ("7", DeliveryKind.Settle), ("8", DeliveryKind.Charge)));
        var first = Journal.ReadDue(10)[0];
        await Journal.Write(writer => writer.Retry(first.Seq, Given.Noon.AddSeconds(10), "status 500"));
        Assert.Equal(["Charge 8"], Names(Journal.ReadDue(10)));
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(["Charge 7", "Charge 8"], Names(Journal.ReadDue(10)));
    }

    [Fact]
    public async Task What_is_due_is_found_as_fast_in_a_long_outbox_as_in_a_short_one()
    {
        await WriteAsync(Jobs(1, 200));
        var few = Fastest();
        await WriteAsync(Jobs(201, 20_000));
        var many = Fastest();
        Assert.True(many < (10 * few) + TimeSpan.FromMilliseconds(1), $"{few} of 200, {many} of 20 000");

        static Changes Jobs(int from, int to) =>
            Records([.. Enumerable.Range(from, to - from + 1).Select(static job => ($"{job}", DeliveryKind.Settle))]);

        TimeSpan Fastest() =>
            Enumerable
                .Range(0, 20)
                .Min(_ =>
                {
                    var began = TimeProvider.System.GetTimestamp();
                    Assert.Equal(64, Journal.ReadDue(64).Count);
                    return TimeProvider.System.GetElapsedTime(began);
                });
    }

    [Fact]
    public async Task Attempts_are_remembered_across_processes()
    {
        await WriteAsync(Records(("7", DeliveryKind.Charge)));
        Assert.Equal(0, Journal.ReadDue(1)[0].Attempts);
        await Journal.Write(writer => writer.Attempt(Journal.ReadDue(1)[0].Seq));
        Reopen();
        Assert.Equal(1, Journal.ReadDue(1)[0].Attempts);
    }

    [Fact]
    public async Task A_parked_record_is_kept_and_lets_the_later_ones_go_on()
    {
        await WriteAsync(Records(("7", DeliveryKind.Charge), ("7", DeliveryKind.Settle)));
        await Journal.Write(writer => writer.Park(1, Given.Noon, "status 400"));
        Assert.Equal(["Settle 7"], Names(Journal.ReadDue(10)));
        Reopen();
        Assert.Equal(new OutboxCounts(1, 1), Journal.Count());
    }

    [Fact]
    public async Task The_oldest_wait_is_that_of_the_record_that_came_first_and_is_not_delivered()
    {
        Assert.Equal(TimeSpan.Zero, Journal.OldestWait());
        await WriteAsync(Records(("7", DeliveryKind.Charge)));
        _time.Advance(TimeSpan.FromMinutes(5));
        await WriteAsync(Records(("8", DeliveryKind.Charge)));
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(TimeSpan.FromMinutes(6), Journal.OldestWait());

        // Being tried again does not make it younger, and a dead letter waits for a person.
        await Journal.Write(writer => writer.Retry(1, Given.Noon.AddHours(1), "status 500"));
        Reopen();
        Assert.Equal(TimeSpan.FromMinutes(6), Journal.OldestWait());
        await Journal.Write(writer => writer.Park(1, Given.Noon, "status 400"));
        Assert.Equal(TimeSpan.FromMinutes(1), Journal.OldestWait());
    }

    [Fact]
    public async Task A_delivery_and_what_it_means_for_the_run_are_one_commit()
    {
        var life = new JobLife(new Book(), Given.Noon);
        await WriteAsync(life.Ended(Given.Ended(7, mark: 1), doubtful: false, Given.Settings()));
        var pending = Assert.Single(Journal.ReadDue(1));
        var outcome = life.Delivered(pending.Delivery.Run, pending.Delivery.Kind, parked: false, Given.Noon)!.Value;
        await Journal.Write(writer =>
        {
            writer.Delivered(pending.Seq, Given.Noon);
            writer.Apply(outcome.Changes);
        });
        Reopen();
        var book = new Book(Journal.Runs);
        Journal.Load(book);
        Assert.Equal(new OutboxCounts(0, 0), Journal.Count());
        var run = book.Find(pending.Delivery.Run);
        Assert.Equal((RunState.Settled, Given.Noon), (run?.State, run?.Closed));
        Assert.Equal(default, book.Of(Given.Account));
    }

    [Fact]
    public async Task Runs_that_ended_take_no_memory_and_count_until_the_bank_has_booked_them()
    {
        var (first, second) = (new RunKey(Given.Id(1), 7, 0), new RunKey(Given.Id(2), 8, 0));
        var life = new JobLife(new Book(), Given.Noon);
        await WriteAsync(life.Ended(Given.Ended(7, mark: 1), doubtful: false, Given.Settings()));
        await WriteAsync(life.Ended(Given.Ended(8, mark: 2), doubtful: false, Given.Settings()));
        await WriteAsync(life.Delivered(first, DeliveryKind.Settle, parked: false, Given.Noon)!.Value.Changes);
        Reopen();
        var book = new Book(Journal.Runs);
        Journal.Load(book);
        Assert.Empty(book.Runs);
        Assert.Equal((RunState.Settled, RunState.Settling), (book.Find(first)!.State, book.Find(second)!.State));
        Assert.Equal(new Tally(Given.Su(3), 1), book.Of(Given.Account));

        var again = new JobLife(book, Given.Noon);
        Assert.True(again.Ended(Given.Ended(7, mark: 1), doubtful: false, Given.Settings()).IsEmpty);
        var outcome = again.Delivered(second, DeliveryKind.Settle, parked: false, Given.Noon)!.Value;
        Assert.Equal((Given.Su(3), default), (outcome.Booked, book.Of(Given.Account)));
    }

    [Fact]
    public async Task All_runs_of_a_job_are_found_and_those_of_no_other()
    {
        var life = new JobLife(new Book(), Given.Noon);
        foreach (var (job, restart) in new[] { (7u, 0u), (7u, 2u), (70u, 0u), (6u, 0u) })
        {
            await WriteAsync(life.Ended(Given.Ended(job, mark: 1) with { Restart = restart }, doubtful: false, Given.Settings()));
        }

        var book = new Book(Journal.Runs);
        Journal.Load(book);
        Assert.Equal([0, 2], book.RunsOf(Given.Id(1), 7).Select(static run => run.Key.Restart));
        Assert.Empty(book.RunsOf(Given.Id(2), 7));
        Assert.Empty(book.RunsOf(Given.Id(1), 71));
    }

    [Fact]
    public async Task A_new_term_is_remembered_and_puts_older_settlements_in_doubt()
    {
        var life = new JobLife(new Book(), Given.Noon);
        await WriteAsync(life.Ended(Given.Ended(7, mark: 1), doubtful: false, Given.Settings()));
        await WriteAsync(life.BeginTerm(3));
        await WriteAsync(life.Ended(Given.Ended(8, mark: 2), doubtful: false, Given.Settings()));
        await WriteAsync(life.Ended(Given.Ended(9, mark: 3), doubtful: true, Given.Settings()));
        Reopen();
        var book = new Book(Journal.Runs);
        Journal.Load(book);
        Assert.Equal(3, Journal.Term);
        bool IsDoubtful(uint job, int hold) => book.IsDoubtful(book.Find(new RunKey(Given.Id(hold), job, 0))!);
        Assert.Equal((true, false, true), (IsDoubtful(7, 1), IsDoubtful(8, 2), IsDoubtful(9, 3)));
    }

    [Fact]
    public void The_moment_of_installation_is_kept()
    {
        Assert.Equal(Given.Noon, Journal.Installed);
        _time.Advance(TimeSpan.FromDays(9));
        Reopen();
        Assert.Equal(Given.Noon, Journal.Installed);
    }

    [Fact]
    public void A_second_sidecar_is_refused_the_state_directory() => Assert.Throws<IOException>(Open);

    private static IEnumerable<string> Names(IEnumerable<PendingDelivery> due) =>
        due.Select(static pending => $"{pending.Delivery.Kind} {pending.Delivery.Job.JobSlurmId}");

    private static Changes Records(params (string Id, DeliveryKind Kind)[] records)
    {
        var changes = new Changes();
        foreach (var (id, kind) in records)
        {
            var job = new Job
            {
                JobSlurmId = id,
                UserId = "1000",
                AccountId = Given.Account,
            };
            changes.Deliveries.Add(new Delivery(new RunKey(Given.Id(1), uint.Parse(id), 0), Given.Account, kind, job));
        }

        return changes;
    }

    private RunningJournal Open() => new(_state.Paths, _time);

    private void Reopen()
    {
        _running.Dispose();
        _running = Open();
    }

    private Task WriteAsync(Changes changes) => Journal.Write(writer => writer.Apply(changes));

    private Task HoldAsync(JobLife life, Hold hold)
    {
        life.Held(hold, Given.Request());
        return Journal.Write(writer => writer.Put(hold));
    }
}
