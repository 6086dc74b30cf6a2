namespace SlurmBanking.Sidecar.ClusterView;

/// <summary>One of the cluster's slurmctlds.</summary>
/// <param name="Host">SlurmctldHost.</param>
/// <param name="IsUp">It answers.</param>
internal sealed record Controller(string Host, bool IsUp);
