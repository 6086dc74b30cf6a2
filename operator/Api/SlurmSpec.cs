namespace SlurmBanking.Operator.Api;

/// <summary>The Slurm cluster, by reference; at most one of the two.</summary>
internal sealed record SlurmSpec
{
    /// <summary>A cluster of Slinky's slurm-operator.</summary>
    public SlinkySpec? Slinky { get; init; }

    /// <summary>A cluster of Nebius' soperator.</summary>
    public SoperatorSpec? Soperator { get; init; }
}
