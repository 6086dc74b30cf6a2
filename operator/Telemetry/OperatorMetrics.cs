using System.Diagnostics.Metrics;

namespace SlurmBanking.Operator.Telemetry;

/// <summary>What people on call look at; listed in docs/metrics.md.</summary>
internal sealed class OperatorMetrics : IDisposable
{
    public const string MeterName = "SlurmBanking.Operator";

    private readonly Meter _meter = new(MeterName);
    private readonly Counter<long> _reconciliations;
    private readonly Histogram<double> _durations;
    private readonly Counter<long> _watches;
    private readonly Counter<long> _admissions;
    private readonly Counter<long> _inquiries;

    public OperatorMetrics()
    {
        _reconciliations = _meter.CreateCounter<long>("slurm_banking.operator.reconciliations", null, "Reconciliations, by outcome");
        _durations = _meter.CreateHistogram<double>(
            "slurm_banking.operator.reconciliation.duration",
            "s",
            "How long a reconciliation takes",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10] }
        );
        _watches = _meter.CreateCounter<long>("slurm_banking.operator.watch.restarts", null, "Watches that ended, by kind and cause");
        _admissions = _meter.CreateCounter<long>("slurm_banking.operator.admissions", null, "Answers of the webhook, by verdict");
        _inquiries = _meter.CreateCounter<long>("slurm_banking.operator.inquiries", null, "Questions to controllers' sidecars, by result");
        _meter.CreateObservableGauge("slurm_banking.operator.leader", () => Leads ? 1 : 0, null, "1 where this process does the work");
        _meter.CreateObservableGauge("slurm_banking.operator.queue.depth", () => QueueDepth(), null, "Objects that wait for a worker");
        _meter.CreateObservableGauge("slurm_banking.operator.configs", () => Configs(), null, "BankingConfigs that are known");
        _meter.CreateObservableGauge(
            "slurm_banking.operator.webhook.certificate.remaining",
            () => CertificateRemaining().TotalSeconds,
            "s",
            "Until the webhook's certificate expires; negative when it has"
        );
    }

    public bool Leads { get; set; }

    public Func<int> QueueDepth { get; set; } = static () => 0;

    public Func<int> Configs { get; set; } = static () => 0;

    public Func<TimeSpan> CertificateRemaining { get; set; } = static () => TimeSpan.Zero;

    public void Reconciled(string outcome, TimeSpan took)
    {
        _reconciliations.Add(1, new KeyValuePair<string, object?>("outcome", outcome));
        _durations.Record(took.TotalSeconds, new KeyValuePair<string, object?>("outcome", outcome));
    }

    public void WatchRestarted(string resource, string cause) =>
        _watches.Add(1, new KeyValuePair<string, object?>("resource", resource), new KeyValuePair<string, object?>("cause", cause));

    public void Admitted(string verdict) => _admissions.Add(1, new KeyValuePair<string, object?>("verdict", verdict));

    public void Inquired(string result) => _inquiries.Add(1, new KeyValuePair<string, object?>("result", result));

    public void Dispose() => _meter.Dispose();
}
