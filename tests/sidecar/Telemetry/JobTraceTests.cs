using System.Diagnostics;
using System.Text.Json;
using SlurmBanking.BankApi;
using SlurmBanking.Sidecar.Lifecycle;
using SlurmBanking.Sidecar.Outbox;
using SlurmBanking.Sidecar.Telemetry;
using SlurmBanking.Sidecar.Tests.Lifecycle;
using SlurmBanking.Terms;

namespace SlurmBanking.Sidecar.Tests.Telemetry;

/// <summary>
/// The trace of a hold, and what is remembered of it. Listeners are the process's, and other tests decide meanwhile: these want
/// only the traces of their own holds.
/// </summary>
public sealed class JobTraceTests
{
    private static readonly HoldId Id = HoldId.New();

    [Fact]
    public void Where_nobody_listens_nothing_is_made_remembered_or_allocated()
    {
        var (changes, pending) = (new Changes(), Pending(DeliveryKind.Charge));
        changes.Deliveries.Add(pending.Delivery);
        _ = JobTrace.IsOn;
        var before = GC.GetAllocatedBytesForCurrentThread();
        using var span = JobTrace.Decide(Id, Given.Uid);
        JobTrace.Decided(span, default!, observed: false, "", null);
        JobTrace.Tell(changes);
        using var sending = JobTrace.Deliver(pending, root: null);
        JobTrace.Delivered(sending, DeliveryOutcome.Delivered);
        var (root, allocated) = (JobTrace.Root, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal((null, null, null, 0), (span, sending, root, allocated));
    }

    [Fact]
    public void A_hold_names_its_trace_and_remembers_the_span_of_its_decision()
    {
        using var listener = Listening();
        using var span = JobTrace.Decide(Id, Given.Uid);
        Assert.Equal((Id.ToString(), default), (span!.TraceId.ToString(), span.ParentSpanId));
        Assert.Equal(span.SpanId.ToString(), JobTrace.Root);
    }

    [Fact]
    public void What_comes_of_a_hold_hangs_on_its_decision_also_after_a_restart()
    {
        const string root = "00f067aa0ba902b7";
        var ledger = new Ledger();
        ledger.Hold(
            Reread(
                new Hold
                {
                    Id = Id,
                    Account = Given.Account,
                    Uid = Given.Uid,
                    Partition = "normal",
                    Unit = Given.Su(6),
                    Tasks = 1,
                    Submitted = Given.Noon,
                    TraceRoot = root,
                },
                StateJson.Default.Hold
            )
        );
        var mark = new HoldMark(Id, Given.Su(6));
        ledger.List(Given.Listing(2, Given.Job(7, "PENDING") with { Mark = mark }));
        ledger.List(Given.Listing(90, Given.Job(7, "RUNNING") with { Mark = mark }));
        var run = Reread(Assert.Single(ledger.Book.Runs), StateJson.Default.Run);
        Assert.Equal(root, run.TraceRoot);

        using var listener = Listening(out var ended);
        JobTrace.Tell(ledger.Last);
        using (var sending = JobTrace.Deliver(Pending(DeliveryKind.Charge) with { Attempts = 2 }, run.TraceRoot))
        {
            JobTrace.Delivered(sending, DeliveryOutcome.Later);
        }

        Assert.Equal(["charge", "deliver"], ended.Select(static span => span.OperationName));
        Assert.All(ended, static span => Assert.Equal(($"{Id}", root), ($"{span.TraceId}", $"{span.ParentSpanId}")));
        Assert.Equal(7L, ended[0].GetTagItem("slurm.job.id"));
        Assert.Equal(("6.00", Given.Account), (ended[0].GetTagItem("slurm_banking.amount"), ended[0].GetTagItem("slurm_banking.account")));
        Assert.Equal((3, "Later"), (ended[1].GetTagItem("slurm_banking.attempt"), ended[1].GetTagItem("slurm_banking.outcome")));
        Assert.Equal(ActivityStatusCode.Error, ended[1].Status);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("0000000000000000")]
    [InlineData("spoiled by a disk")]
    public void Without_a_remembered_decision_the_trace_is_the_holds_all_the_same(string? root)
    {
        using var listener = Listening(out var ended);
        JobTrace.Deliver(Pending(DeliveryKind.Settle), root)!.Dispose();
        Assert.Equal(($"{Id}", default), ($"{Assert.Single(ended).TraceId}", ended[0].ParentSpanId));
    }

    [Fact]
    public void A_hold_that_is_released_says_so_and_one_whose_last_task_starts_does_not()
    {
        using var listener = Listening(out var ended);
        var changes = new Changes();
        changes.Release(Given.Hold(1, 6m) with { Id = Id, JobId = 7 });
        JobTrace.Tell(changes);
        changes = new Changes();
        changes.Release(Given.Hold(1, 6m, tasks: 0) with { Id = Id, JobId = 7 });
        JobTrace.Tell(changes);
        Assert.Equal(("release", 7L), (Assert.Single(ended).OperationName, ended[0].GetTagItem("slurm.job.id")));
    }

    private static PendingDelivery Pending(DeliveryKind kind) =>
        new(
            1,
            0,
            new Delivery(
                new RunKey(Id, 7, 0),
                Given.Account,
                kind,
                new Job
                {
                    JobSlurmId = "7",
                    UserId = "1000",
                    AccountId = Given.Account,
                }
            )
        );

    private static T Reread<T>(T value, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type) =>
        JsonSerializer.Deserialize(JsonSerializer.Serialize(value, type), type)!;

    private static ActivityListener Listening() => Listening(out _);

    private static ActivityListener Listening(out List<Activity> ended)
    {
        var spans = ended = [];
        var listener = new ActivityListener
        {
            ShouldListenTo = static source => source.Name == JobTrace.SourceName,
            Sample = static (ref options) =>
                $"{options.TraceId}" == $"{Id}" ? ActivitySamplingResult.AllDataAndRecorded : ActivitySamplingResult.None,
            ActivityStopped = spans.Add,
        };
        ActivitySource.AddActivityListener(listener);
        return listener;
    }
}
