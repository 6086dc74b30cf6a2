using System.Diagnostics;
using SlurmBanking.Sidecar.Lifecycle;
using SlurmBanking.Sidecar.Outbox;
using SlurmBanking.Terms;

namespace SlurmBanking.Sidecar.Telemetry;

/// <summary>
/// One trace per hold, from the decision to the settlement of its last run. A job's life takes days and outlasts this process, so
/// nothing is carried along but the first span's id, in the hold's and the runs' records; the trace's id is the hold's own, which
/// stands in the job's admin_comment. Names of spans and attributes are listed in docs/metrics.md. Nobody listens where no OTLP
/// endpoint is configured: then nothing is made, and no first span is remembered.
/// </summary>
internal static class JobTrace
{
    public const string SourceName = "SlurmBanking.Sidecar";

    private static readonly ActivitySource Source = new(SourceName);

    // Only a trace that begins asks for an id: this way a sampler that goes by trace ids sees the hold's.
    [ThreadStatic]
    private static ActivityTraceId _next;

    static JobTrace() => Activity.TraceIdGenerator = static () => _next == default ? ActivityTraceId.CreateRandom() : _next;

    /// <summary>Whether anybody wants spans.</summary>
    public static bool IsOn => Source.HasListeners();

    /// <summary>The present span's id, for the record of the hold that it makes; null when it is not sampled, or none is.</summary>
    public static string? Root => IsOn && Activity.Current is { Recorded: true } span && span.Source == Source ? $"{span.SpanId}" : null;

    /// <summary>A submission is being decided: the first span of its hold's trace.</summary>
    public static Activity? Decide(HoldId hold, uint uid)
    {
        if (Begin("decide", hold) is not { } span)
        {
            return null;
        }

        span.SetTag("slurm_banking.hold", hold.ToString());
        span.SetTag("user.id", $"{uid}");
        return span;
    }

    public static void Decided(Activity? span, Decision decision, bool observed, string account, ServiceUnits? amount)
    {
        if (span is null)
        {
            return;
        }

        span.SetTag("slurm_banking.account", account);
        span.SetTag("slurm_banking.answer", SidecarMetrics.Answer(decision, observed));
        span.SetTag("slurm_banking.reason", decision.Reason.ToString());
        span.SetTag("slurm_banking.amount", amount?.ToString());
    }

    /// <summary>What one fact changed, as spans that take no time: charge, settle, release.</summary>
    public static void Tell(Changes changes)
    {
        if (!IsOn)
        {
            return;
        }

        var roots = changes.Runs.DistinctBy(static run => run.Key).ToDictionary(static run => run.Key, static run => run.TraceRoot);
        foreach (var delivery in changes.Deliveries)
        {
            var root = roots.GetValueOrDefault(delivery.Run);
            using var span = Join(delivery.Kind == DeliveryKind.Charge ? "charge" : "settle", delivery.Run.Hold, root);
            Describe(span, delivery);
        }

        foreach (var hold in changes.Released.Where(static hold => hold.Tasks > 0))
        {
            using var span = Join("release", hold.Id, hold.TraceRoot);
            span?.SetTag("slurm_banking.hold", hold.Id.ToString());
            span?.SetTag("slurm.job.id", hold.JobId is { } job ? (long)job : null);
            span?.SetTag("slurm_banking.account", hold.Account);
            span?.SetTag("slurm_banking.amount", hold.Amount.ToString());
        }
    }

    /// <summary>An attempt to bring a record to the bank; the requests that it takes are below it.</summary>
    public static Activity? Deliver(PendingDelivery pending, string? root)
    {
        var span = Join("deliver", pending.Delivery.Run.Hold, root);
        Describe(span, pending.Delivery);
        span?.SetTag("slurm_banking.kind", pending.Delivery.Kind.ToString());
        span?.SetTag("slurm_banking.attempt", pending.Attempts + 1);
        return span;
    }

    public static void Delivered(Activity? span, DeliveryOutcome outcome)
    {
        span?.SetTag("slurm_banking.outcome", outcome.ToString());
        span?.SetStatus(outcome == DeliveryOutcome.Delivered ? ActivityStatusCode.Ok : ActivityStatusCode.Error);
    }

    private static void Describe(Activity? span, Delivery delivery)
    {
        if (span is null)
        {
            return;
        }

        span.SetTag("slurm_banking.hold", delivery.Run.Hold.ToString());
        span.SetTag("slurm.job.id", (long)delivery.Run.JobId);
        span.SetTag("slurm.job.restarts", (long)delivery.Run.Restart);
        span.SetTag("slurm_banking.job", delivery.Job.JobSlurmId);
        span.SetTag("slurm_banking.account", delivery.Account);
        span.SetTag("slurm_banking.amount", delivery.Job.Amount?.ToString());
    }

    // A hold that was never decided here has no first span: what comes of it stands side by side in its trace.
    private static Activity? Join(string name, HoldId hold, string? root)
    {
        if (!IsOn)
        {
            return null;
        }

        // It has been on a disk: what is no span's id is none.
        return root is not null && ActivityContext.TryParse($"00-{hold}-{root}-01", null, isRemote: true, out var parent)
            ? Source.StartActivity(name, ActivityKind.Internal, parent)
            : Begin(name, hold);
    }

    private static Activity? Begin(string name, HoldId hold)
    {
        if (!IsOn)
        {
            return null;
        }

        // Whatever this thread is in the middle of is no part of the job's life.
        Activity.Current = null;
        _next = TraceOf(hold);
        try
        {
            return Source.StartActivity(name);
        }
        finally
        {
            _next = default;
        }
    }

    // Of an id of zeros alone there can be no trace.
    private static ActivityTraceId TraceOf(HoldId hold) => hold == default ? default : ActivityTraceId.CreateFromString(hold.ToString());
}
