namespace SlurmBanking.Operator.Api;

/// <summary>A cluster of Nebius' soperator.</summary>
internal sealed record SoperatorSpec
{
    /// <summary>Its SlurmCluster (slurm.nebius.ai).</summary>
    public ObjectReference? SlurmClusterRef { get; init; }
}
