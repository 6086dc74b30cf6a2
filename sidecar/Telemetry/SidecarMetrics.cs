using System.Diagnostics.Metrics;
using SlurmBanking.Sidecar.Lifecycle;
using SlurmBanking.Terms;

namespace SlurmBanking.Sidecar.Telemetry;

/// <summary>The sidecar's metrics, in OpenTelemetry's names; no series per account or user.</summary>
internal sealed class SidecarMetrics : IDisposable
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "SlurmBanking.Sidecar";

    private static readonly string[] Reasons = Enum.GetNames<DecisionReason>();

    private readonly Counter<long> _decisions;
    private readonly Histogram<double> _decisionDuration;
    private readonly Counter<long> _facts;
    private readonly Counter<long> _deliveries;
    private readonly Counter<long> _unbillable;
    private readonly Counter<long> _badFrames;
    private readonly Counter<long> _unauthorized;
    private readonly Histogram<double> _sweepDuration;
    private readonly Counter<long> _loopFailures;
    private readonly Counter<long> _endsUnknown;
    private readonly Counter<long> _callsRefused;
    private readonly Counter<long> _startsForwarded;
    private readonly Counter<long> _startsDropped;
    private readonly Counter<long> _headroomLookups;
    private readonly Counter<long> _sweepFindings;
    private readonly Counter<long> _reloads;
    private readonly Counter<double> _settled;

    public SidecarMetrics()
    {
        Plugins = new PluginReports(Meter);
        _decisions = Meter.CreateCounter<long>(
            "slurm_banking.decisions",
            "{decision}",
            "Submissions and changes of jobs decided, by what was asked, answer and reason"
        );
        _decisionDuration = Meter.CreateHistogram(
            "slurm_banking.decision.duration",
            "s",
            "Time from a submission's or change's frame to its verdict",
            advice: new InstrumentAdvice<double>
            {
                HistogramBucketBoundaries = [1e-5, 2.5e-5, 5e-5, 1e-4, 2.5e-4, 5e-4, 1e-3, 5e-3, 0.025, 0.1, 0.25, 1],
            }
        );
        _facts = Meter.CreateCounter<long>("slurm_banking.facts", "{fact}", "Starts and ends reported by plugins");
        _deliveries = Meter.CreateCounter<long>(
            "slurm_banking.deliveries",
            "{delivery}",
            "Attempts to deliver a record to the bank, by outcome"
        );
        _unbillable = Meter.CreateCounter<long>("slurm_banking.jobs.unbillable", "{job}", "Jobs that ran without any account to charge");
        _badFrames = Meter.CreateCounter<long>("slurm_banking.frames.bad", "{frame}", "Frames on the plugin socket that could not be read");
        _unauthorized = Meter.CreateCounter<long>(
            "slurm_banking.peers.unauthorized",
            "{connection}",
            "Connections to the plugin socket by others than root and SlurmUser"
        );
        _endsUnknown = Meter.CreateCounter<long>(
            "slurm_banking.runs.end_unknown",
            "{run}",
            "Runs that left the queue unseen, and of which no accounting tells: their charge stays at the estimate"
        );
        _loopFailures = Meter.CreateCounter<long>(
            "slurm_banking.loop.failures",
            "{failure}",
            "Turns of a background loop that failed, by loop; it goes on"
        );
        _sweepDuration = Meter.CreateHistogram<double>("slurm_banking.sweep.duration", "s", "Time that listing the queue took");
        _callsRefused = Meter.CreateCounter<long>(
            "slurm_banking.calls.refused",
            "{call}",
            "gRPC calls without a good token or the right scope, by status"
        );
        _startsForwarded = Meter.CreateCounter<long>("slurm_banking.starts.forwarded", "{start}", "Starts that the controller took");
        _startsDropped = Meter.CreateCounter<long>("slurm_banking.starts.dropped", "{start}", "Starts given up, by reason");
        _headroomLookups = Meter.CreateCounter<long>(
            "slurm_banking.headroom.lookups",
            "{lookup}",
            "How submissions came to what may still be spent: hit, read or miss"
        );
        _sweepFindings = Meter.CreateCounter<long>(
            "slurm_banking.sweep.findings",
            "{finding}",
            "What the queue or accounting told first: ends that nobody had reported, holds whose job is gone"
        );
        _settled = Meter.CreateCounter<double>("slurm_banking.settled.amount", "{SU}", "Sum of what runs cost that the bank has settled");
        _reloads = Meter.CreateCounter<long>(
            "slurm_banking.configuration.reloads",
            "{reload}",
            "Changed configuration files, by what became of them"
        );
    }

    /// <summary>Whoever listens to this one alone has to know it.</summary>
    public Meter Meter { get; } = new(MeterName);

    /// <summary>What slurmctld's plugins say of themselves.</summary>
    public PluginReports Plugins { get; }

    /// <param name="request">"submit" or "modify".</param>
    /// <param name="decision">The answer.</param>
    /// <param name="observed">It would have been a refusal.</param>
    /// <param name="took">How long it took.</param>
    public void Decided(string request, Decision decision, bool observed, TimeSpan took)
    {
        _decisions.Add(1, new("request", request), new("answer", Answer(decision, observed)), new("reason", Reasons[(int)decision.Reason]));
        _decisionDuration.Record(took.TotalSeconds);
    }

    /// <summary>A word for what became of a submission.</summary>
    public static string Answer(Decision decision, bool observed) =>
        decision.Accepted ? "accept"
        : observed ? "observe"
        : "refuse";

    public void Fact(string kind) => _facts.Add(1, new KeyValuePair<string, object?>("kind", kind));

    public void Delivery(string outcome) => _deliveries.Add(1, new KeyValuePair<string, object?>("outcome", outcome));

    public void Unbillable() => _unbillable.Add(1);

    public void BadFrame() => _badFrames.Add(1);

    public void Unauthorized() => _unauthorized.Add(1);

    public void EndUnknown() => _endsUnknown.Add(1);

    public void LoopFailed(string loop) => _loopFailures.Add(1, new KeyValuePair<string, object?>("loop", loop));

    public void Swept(TimeSpan took) => _sweepDuration.Record(took.TotalSeconds);

    public void CallRefused(string code) => _callsRefused.Add(1, new KeyValuePair<string, object?>("code", code));

    public void StartsForwarded(int count) => _startsForwarded.Add(count);

    public void StartsDropped(string reason, int count) => _startsDropped.Add(count, new KeyValuePair<string, object?>("reason", reason));

    public void HeadroomLookedUp(string outcome) => _headroomLookups.Add(1, new KeyValuePair<string, object?>("outcome", outcome));

    public void SweepFound(string kind, int count) => _sweepFindings.Add(count, new KeyValuePair<string, object?>("kind", kind));

    public void Settled(ServiceUnits amount) => _settled.Add((double)amount.Value);

    public void Reloaded(string result) => _reloads.Add(1, new KeyValuePair<string, object?>("result", result));

    /// <summary>Registers what is read off when metrics are collected.</summary>
    public void Observe(string name, string unit, string description, Func<double> value) =>
        Meter.CreateObservableGauge(name, value, unit, description);

    public void Dispose() => Meter.Dispose();
}
