using System.Diagnostics.Metrics;
using SlurmBanking.Bank.Storage;
using SlurmBanking.Bank.Teller;
using SlurmBanking.Terms;

namespace SlurmBanking.Bank.Telemetry;

/// <summary>The bank's metrics, in OpenTelemetry's names; listed in docs/metrics.md. No series per account or user.</summary>
internal sealed class BankMetrics : IDisposable
{
    public const string MeterName = "SlurmBanking.Bank";

    private readonly Meter _meter = new(MeterName);
    private readonly Counter<long> _failures;
    private readonly Counter<long> _uncovered;

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
        _uncovered = _meter.CreateCounter<long>(
            "slurm_banking.bank.leases.uncovered",
            "{request}",
            "Requests for leases of clusters that held more than they were granted"
        );
        _meter.CreateObservableGauge(
            "slurm_banking.bank.leases",
            () =>
                new Measurement<long>[]
                {
                    new(Leases.Live, KeyValuePair.Create<string, object?>("state", "live")),
                    new(Leases.Stale, KeyValuePair.Create<string, object?>("state", "stale")),
                },
            "{lease}",
            "Leases that clusters decide on, and those of clusters that were not heard of and that cover holds"
        );
        _meter.CreateObservableGauge(
            "slurm_banking.bank.leases.stale.age",
            () => Leases.StaleSince is { } since ? (time.GetUtcNow() - since).TotalSeconds : 0,
            "s",
            "For how long the oldest lease that covers holds has been stale"
        );
        Audited = (0, 0, time.GetUtcNow());
    }

    /// <summary>What the last audit found, and when.</summary>
    public (long Transfers, long Differences, DateTimeOffset At) Audited { get; set; }

    /// <summary>The leases when they were last counted.</summary>
    public LeaseCounts Leases { get; private set; } = new(0, 0, null);

    public void AuditFailed() => _failures.Add(1);

    public void LeasesCounted(LeaseCounts leases)
    {
        Leases = leases;
        // A counter that nobody has added to yet is not shown.
        _uncovered.Add(0);
    }

    /// <summary>Counts a request that told of more holds than were leased.</summary>
    public void LeasesRenewed(ClusterLeases leases)
    {
        if (leases.Users.Append(leases.Project).Any(static line => line.Uncovered > ServiceUnits.Zero))
        {
            _uncovered.Add(1);
        }
    }

    public void Dispose() => _meter.Dispose();
}
