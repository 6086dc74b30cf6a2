using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using SlurmBanking.BankApi;
using SlurmBanking.Sidecar.Lifecycle;
using SlurmBanking.Sidecar.Outbox;
using SlurmBanking.Sidecar.Pricing;
using SlurmBanking.Sidecar.Reconciliation;
using SlurmBanking.Sidecar.Tests.Intake;
using SlurmBanking.Terms;

namespace SlurmBanking.Sidecar.Tests.Reconciliation;

/// <summary>The sidecar's real parts with a bank that keeps records and a scripted accounting. 4 CPU-hours cost 3.00 SU.</summary>
public sealed class ReconcilerTests : IDisposable
{
    private static readonly DateTimeOffset Since = Given.Noon.AddHours(-12);
    private static readonly DateTimeOffset Until = Given.Noon.AddDays(3);

    private readonly Counter _counter = new();
    private readonly LedgerBank _bank = new();
    private readonly ScriptedAccounting _accounting = new();
    private readonly Reconciler _reconciler;
    private readonly List<Difference> _found = [];
    private readonly List<(DateTimeOffset Until, long Runs)> _reached = [];

    public ReconcilerTests() =>
        _reconciler = new Reconciler(
            _accounting,
            _bank.Client,
            _counter.Teller,
            _counter.Journal,
            _counter.Bank.Health,
            _counter.Settings,
            _counter.Duty,
            TimeProvider.System,
            NullLogger<Reconciler>.Instance
        );

    public void Dispose()
    {
        _reconciler.Dispose();
        _bank.Dispose();
        _counter.Dispose();
    }

    [Fact]
    public async Task Jobs_from_before_the_bank_are_imported_once()
    {
        // The second run of 8 took half an hour: 1.50 SU. 9 was cancelled while it waited, 10 goes on, 11 is of another day.
        _accounting.Records.AddRange([
            Given.Ended(7),
            Given.Ended(8) with
            {
                State = "REQUEUED",
            },
            Given.Ended(8) with
            {
                Submit = Given.Noon.AddMinutes(61),
                Start = Given.Noon.AddMinutes(90),
                End = Given.Noon.AddMinutes(120),
                Elapsed = TimeSpan.FromMinutes(30),
            },
            Given.Ended(9) with
            {
                State = "CANCELLED",
                Nodes = "",
                Tres = TresCounts.None,
            },
            Given.Ended(10) with
            {
                State = "RUNNING",
                End = null,
            },
            Given.Ended(11) with
            {
                Submit = Given.Noon.AddDays(1),
                Start = Given.Noon.AddDays(1),
                End = Given.Noon.AddDays(2),
            },
        ]);
        var seen = await RunAsync();
        Assert.Equal((4, 4, 0, 0), (seen.Runs, seen.Differences, seen.Remarks, seen.Posted));
        Assert.Equal([(Since.AddDays(1), 3), (Since.AddDays(2), 3), (Since.AddDays(3), 4), (Until, 4)], _reached);
        Assert.Empty(_counter.Journal.ReadDue(10));

        var posted = await RunAsync(post: true);
        Assert.Equal((4, 4, 4), (posted.Runs, posted.Differences, posted.Posted));
        Assert.All(_found, static difference => Assert.Equal((DifferenceKind.Missing, true), (difference.Kind, difference.Posted)));

        // While they wait nothing is posted twice.
        var waiting = await RunAsync(post: true);
        Assert.Equal((4, 0), (waiting.Differences, waiting.Posted));
        Assert.All(_found, static difference => Assert.Equal(DifferenceKind.Waiting, difference.Kind));

        await DeliverAsync();
        Assert.Equal(["11 3.00", "7 3.00", "8 3.00", "8:1 1.50"], Booked());
        var again = await RunAsync(post: true);
        Assert.Equal((4, 0, 0, 0), (again.Runs, again.Differences, again.Remarks, again.Posted));
        Assert.Empty(_counter.Journal.ReadDue(10));
    }

    [Fact]
    public async Task What_somebody_changed_at_the_bank_is_found_and_put_back()
    {
        _accounting.Records.AddRange([Given.Ended(7, mark: 1), Given.Ended(8, mark: 2)]);
        await _counter.Teller.EndAsync(Given.Ended(7, mark: 1));
        await _counter.Teller.EndAsync(Given.Ended(8, mark: 2));
        await DeliverAsync();
        Assert.Equal(0, (await RunAsync()).Differences);
        _bank.Jobs["7"] = _bank.Jobs["7"] with { Amount = Given.Su(30) };
        _bank.Jobs.TryRemove("8", out _);

        var found = await RunAsync(post: true);
        Assert.Equal((2, 2), (found.Differences, found.Posted));
        Assert.Equal(
            [("7", DifferenceKind.Amount, (ServiceUnits?)Given.Su(30)), ("8", DifferenceKind.Missing, null)],
            _found
                .OrderBy(static difference => difference.BankId, StringComparer.Ordinal)
                .Select(static difference => (difference.BankId, difference.Kind, difference.Told))
        );
        await DeliverAsync();
        Assert.Equal(["7 3.00", "8 3.00"], Booked());
        Assert.Equal(0, (await RunAsync(post: true)).Differences);
    }

    [Fact]
    public async Task An_estimate_that_nobody_settled_is_settled()
    {
        await _counter.Teller.SweepAsync(Given.Listing(90, Given.Job(7, "RUNNING", mark: 1)), Given.Cluster);
        await DeliverAsync();
        Assert.Equal(("6.00", "RUNNING"), ($"{_bank.Jobs["7"].Amount}", _bank.Jobs["7"].JobStatus));
        _accounting.Records.Add(Given.Ended(7, mark: 1));
        Assert.Equal(1, (await RunAsync(post: true)).Posted);
        Assert.Equal(DifferenceKind.Open, Assert.Single(_found).Kind);
        await DeliverAsync();
        Assert.Equal(["7 3.00"], Booked());
        Assert.Equal(0, _counter.Teller.Totals().Running);
        Assert.Equal(0, (await RunAsync(post: true)).Differences);
    }

    [Fact]
    public async Task A_run_whose_end_is_reported_while_the_bank_is_asked_is_settled_by_that_alone()
    {
        await _counter.Teller.SweepAsync(Given.Listing(90, Given.Job(7, "RUNNING", mark: 1)), Given.Cluster);
        await DeliverAsync();
        _accounting.Records.Add(Given.Ended(7, mark: 1));
        _bank.BeforeRead = () => _counter.Teller.EndAsync(Given.Ended(7, mark: 1)).GetAwaiter().GetResult();
        var summary = await RunAsync(post: true);
        Assert.Equal((1, 0), (summary.Differences, summary.Posted));
        Assert.Single(_counter.Journal.ReadDue(10));
    }

    [Fact]
    public async Task Records_of_runs_that_slurm_does_not_know_are_strays()
    {
        _bank.Jobs["99"] = Stored("99", Given.Noon);
        _bank.Jobs["7"] = Stored("7", Given.Noon);
        _bank.Jobs["98"] = Stored("98", Given.Noon.AddDays(-9));
        _bank.Jobs["other:97"] = Stored("other:97", Given.Noon);
        _accounting.Records.AddRange([Given.Ended(7), Given.Ended(96) with { State = "CANCELLED", Nodes = "", Tres = TresCounts.None }]);
        _bank.Jobs["96"] = Stored("96", Given.Noon);
        var summary = await RunAsync(post: true);
        Assert.Equal((2, 0, true), (summary.Differences, summary.Posted, summary.StraysSought));
        Assert.Equal(
            ["96", "99"],
            _found
                .Where(static difference => difference.Kind == DifferenceKind.Stray)
                .Select(static difference => difference.BankId)
                .Order()
        );
    }

    [Fact]
    public async Task Two_jobs_of_one_id_do_not_take_each_others_record()
    {
        _accounting.Records.AddRange([
            Given.Ended(7),
            Given.Ended(7) with
            {
                Submit = Given.Noon.AddDays(1),
                Start = Given.Noon.AddDays(1),
                End = Given.Noon.AddDays(1).AddHours(2),
                Elapsed = TimeSpan.FromHours(2),
            },
        ]);
        var summary = await RunAsync(post: true);
        Assert.Equal((2, 1), (summary.Differences, summary.Posted));
        Assert.Equal([DifferenceKind.Missing, DifferenceKind.Conflict], _found.Select(static difference => difference.Kind));
        await DeliverAsync();
        Assert.Equal(["7 3.00"], Booked());
        Assert.Equal((1, 0), ((await RunAsync(post: true)) is var again ? (again.Differences, again.Posted) : default));
        Assert.Equal(DifferenceKind.Conflict, Assert.Single(_found).Kind);
    }

    [Fact]
    public async Task A_job_that_was_queued_before_the_span_is_numbered_by_all_its_runs()
    {
        var before = Since.AddDays(-30);
        _accounting.Records.AddRange([
            Given.Ended(7, mark: 1) with
            {
                Submit = before,
                Start = before,
                End = before.AddHours(1),
                State = "REQUEUED",
            },
            Given.Ended(7, mark: 1) with
            {
                Submit = before.AddHours(1),
            },
        ]);
        Assert.Equal(1, (await RunAsync()).Runs);
        Assert.Equal("7:1", Assert.Single(_found).BankId);
    }

    [Fact]
    public async Task A_long_span_is_asked_for_day_by_day_and_each_run_compared_once()
    {
        _accounting.Records.AddRange([
            Given.Ended(7),
            Given.Ended(8) with
            {
                Submit = Since,
                Start = Since,
                End = Since.AddDays(2),
                Elapsed = TimeSpan.FromDays(2),
            },
        ]);
        Assert.Equal(2, (await RunAsync()).Runs);
        Assert.Equal(4, _accounting.Spans.Count);
        Assert.Equal((Since.AddHours(-1), Since.AddDays(1)), _accounting.Spans[0]);
        Assert.Equal(Until, _accounting.Spans[^1].To);
    }

    [Fact]
    public async Task A_right_record_costs_no_question_of_its_own_on_however_many_pages_it_is()
    {
        for (var job = 1u; job <= 7; job++)
        {
            _accounting.Records.Add(Given.Ended(job));
            _bank.Jobs[$"{job}"] = Stored($"{job}", Given.Noon);
        }

        _bank.PageSize = 3;
        Assert.Equal((7, 0), ((await RunAsync()) is var summary ? (summary.Runs, summary.Differences) : default));
        Assert.Equal(["GET /jobs/?page=1", "GET /jobs/?page=2", "GET /jobs/?page=3"], _bank.Requests);
    }

    [Fact]
    public async Task Without_accounting_it_says_so()
    {
        _accounting.IsOff = true;
        var e = await Assert.ThrowsAsync<ReconciliationException>(() => RunAsync());
        Assert.Equal(
            (ReconciliationObstacle.NotHere, "Slurm keeps no accounting here (AccountingStorageType of slurm.conf)"),
            (e.Obstacle, e.Message)
        );
    }

    [Fact]
    public async Task Without_the_bank_nothing_is_said_to_be_missing()
    {
        _accounting.Records.Add(Given.Ended(7));
        _bank.Status = HttpStatusCode.InternalServerError;
        var e = await Assert.ThrowsAsync<ReconciliationException>(() => RunAsync(post: true));
        Assert.Equal(ReconciliationObstacle.NotNow, e.Obstacle);
        Assert.Empty(_found);
    }

    [Fact]
    public async Task No_span_is_refused()
    {
        var e = await Assert.ThrowsAsync<ReconciliationException>(() =>
            _reconciler.RunAsync(
                Until,
                Since,
                post: false,
                static _ => Task.CompletedTask,
                static (_, _) => Task.CompletedTask,
                CancellationToken.None
            )
        );
        Assert.Equal(ReconciliationObstacle.NoSpan, e.Obstacle);
    }

    private Task<ReconciliationSummary> RunAsync(bool post = false)
    {
        _found.Clear();
        _reached.Clear();
        return _reconciler.RunAsync(
            Since,
            Until,
            post,
            difference =>
            {
                _found.Add(difference);
                return Task.CompletedTask;
            },
            (until, runs) =>
            {
                _reached.Add((until, runs));
                return Task.CompletedTask;
            },
            CancellationToken.None
        );
    }

    private async Task DeliverAsync()
    {
        var courier = new Courier(_bank.Client, _counter.Bank.Health, NullLogger<Courier>.Instance);
        while (_counter.Journal.ReadDue(100) is { Count: > 0 } due)
        {
            foreach (var pending in due)
            {
                // The bank of this test knows no POST: a charge is as good by PUT.
                var put = pending with
                {
                    Delivery = pending.Delivery with { Kind = DeliveryKind.Settle },
                };
                Assert.Equal(DeliveryOutcome.Delivered, (await courier.SendAsync(put, Doubt.None, CancellationToken.None)).Outcome);
                await _counter.Teller.EndDelivery(
                    pending,
                    isFinal: true,
                    parked: false,
                    wasThere: false,
                    writer => writer.Delivered(pending.Seq, DateTimeOffset.UtcNow)
                );
            }
        }
    }

    private IEnumerable<string> Booked() =>
        _bank
            .Jobs.Values.OrderBy(static job => job.JobSlurmId, StringComparer.Ordinal)
            .Select(static job => $"{job.JobSlurmId} {job.Amount}");

    private static Job Stored(string id, DateTimeOffset submitted) =>
        new()
        {
            JobSlurmId = id,
            UserId = "1000",
            AccountId = Given.Account,
            Amount = Given.Su(3),
            JobStatus = "COMPLETED",
            SubmitDate = submitted,
            StartDate = submitted.AddMinutes(1),
            EndDate = submitted.AddMinutes(61),
        };
}
