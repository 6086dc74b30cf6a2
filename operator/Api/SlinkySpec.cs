namespace SlurmBanking.Operator.Api;

/// <summary>A cluster of Slinky's slurm-operator.</summary>
internal sealed record SlinkySpec
{
    /// <summary>Its Controller (slinky.slurm.net).</summary>
    public ObjectReference? ControllerRef { get; init; }
}
