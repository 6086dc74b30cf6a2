namespace SlurmBanking.Sidecar.Outbox;

/// <summary>How many records wait and how many are parked.</summary>
internal readonly record struct OutboxCounts(long Pending, long Parked);
