using System.Diagnostics.Metrics;

namespace SlurmBanking.Bank.Telemetry;

/// <summary>The bank's metrics, in OpenTelemetry's names; listed in docs/metrics.md. No series per account or user.</summary>
internal sealed class BankMetrics : IDisposable
{
    public const string MeterName = "SlurmBanking.Bank";

    private readonly Meter _meter = new(MeterName);
    private readonly Counter<long> _failures;

    public BankMetrics(TimeProvider time)
    {
        _failures = _meter.CreateCounter<long>(
            "slurm_banking.ledger.audit.failures",
            "{audit}",
            "Audits of the ledger that could not be made"
        );
        _meter.CreateObservableGauge(
            "slurm_banking.ledger.transfers",
            () => Audited.Transfers,
            "{transfer}",
            "Transfers at the last audit"
        );
        _meter.CreateObservableGauge(
            "slurm_banking.ledger.differences",
            () => Audited.Differences,
            "{difference}",
            "Where the ledger, added up again, and what is kept beside it differ"
        );
        _meter.CreateObservableGauge(
            "slurm_banking.ledger.audit.age",
            () => (time.GetUtcNow() - Audited.At).TotalSeconds,
            "s",
            "Since the last audit, or since the start when there was none"
        );
        Audited = (0, 0, time.GetUtcNow());
    }

    /// <summary>What the last audit found, and when.</summary>
    public (long Transfers, long Differences, DateTimeOffset At) Audited { get; set; }

    public void AuditFailed() => _failures.Add(1);

    public void Dispose() => _meter.Dispose();
}
