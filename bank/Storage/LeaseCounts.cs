namespace SlurmBanking.Bank.Storage;

/// <summary>How many leases there are.</summary>
/// <param name="Live">Those that clusters decide on.</param>
/// <param name="Stale">Those of clusters that were not heard of, and that cover holds.</param>
/// <param name="StaleSince">Since when the oldest of these is stale; null when there is none.</param>
public sealed record LeaseCounts(int Live, int Stale, DateTimeOffset? StaleSince);
