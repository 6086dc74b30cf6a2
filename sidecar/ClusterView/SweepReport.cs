namespace SlurmBanking.Sidecar.ClusterView;

/// <summary>When a sweep of the queue was begun, and how long the listing took.</summary>
internal sealed record SweepReport(DateTimeOffset Begun, TimeSpan Took, int Jobs);
