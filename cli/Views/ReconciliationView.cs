namespace SlurmBanking.Cli.Views;

/// <summary>What a reconciliation found.</summary>
/// <param name="Since">Runs that ended from then on.</param>
/// <param name="Until">To before then.</param>
/// <param name="Runs">Compared.</param>
/// <param name="Differences">That the bank has otherwise.</param>
/// <param name="Remarks">Of which the bank is right as far as can be known.</param>
/// <param name="Posted">Settlements put into the outbox.</param>
/// <param name="StraysSought">Whether the bank's records of no run could be looked for.</param>
/// <param name="Items">Each of them.</param>
internal sealed record ReconciliationView(
    DateTimeOffset? Since,
    DateTimeOffset? Until,
    ulong Runs,
    ulong Differences,
    ulong Remarks,
    ulong Posted,
    bool StraysSought,
    IReadOnlyList<DifferenceView> Items
);
