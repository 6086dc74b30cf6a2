namespace SlurmBanking.Cli.Views;

/// <summary>What past runs would have cost by other prices. Amounts in SU.</summary>
/// <param name="Since">Runs that ended from then on.</param>
/// <param name="Until">To before then.</param>
/// <param name="Runs">How many.</param>
/// <param name="PricesUnknown">Of these, started before prices are known: counted by the oldest known.</param>
/// <param name="Cost">All together, by the prices at their start.</param>
/// <param name="WouldCost">All together, by the other prices.</param>
/// <param name="Usage">By account and partition.</param>
internal sealed record ReplayView(
    DateTimeOffset? Since,
    DateTimeOffset? Until,
    ulong Runs,
    ulong PricesUnknown,
    decimal Cost,
    decimal WouldCost,
    IReadOnlyList<ReplayedUsageView> Usage
);
