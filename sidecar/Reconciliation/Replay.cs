namespace SlurmBanking.Sidecar.Reconciliation;

/// <summary>What runs cost, and would have cost by other prices.</summary>
/// <param name="Since">Runs that ended from then on.</param>
/// <param name="Until">To before then.</param>
/// <param name="Runs">How many.</param>
/// <param name="PricesUnknown">Of these, started before prices are known here.</param>
/// <param name="Usage">By account and partition; runs that no account pays for are left out.</param>
internal sealed record Replay(
    DateTimeOffset Since,
    DateTimeOffset Until,
    long Runs,
    long PricesUnknown,
    IReadOnlyList<ReplayedUsage> Usage
);
