namespace SlurmBanking.Sidecar.Reconciliation;

/// <summary>What a reconciliation came to.</summary>
/// <param name="Since">Runs that ended before were not looked at.</param>
/// <param name="Until">Neither were those that ended then or later.</param>
/// <param name="Runs">Runs that were compared.</param>
/// <param name="Differences">Those in which the bank differs, and strays.</param>
/// <param name="Remarks">Those of which nothing can be said, or nobody can be billed for.</param>
/// <param name="Posted">Settlements that were put into the outbox.</param>
/// <param name="StraysSought">False when the bank has too many records for all to be listed.</param>
internal sealed record ReconciliationSummary(
    DateTimeOffset Since,
    DateTimeOffset Until,
    long Runs,
    long Differences,
    long Remarks,
    long Posted,
    bool StraysSought
);
