namespace SlurmBanking.Operator.Api;

/// <summary>[Policy].</summary>
internal sealed record PolicySpec : PartitionPolicySpec
{
    /// <summary>when_sidecar_unavailable: "allow" or "deny".</summary>
    public string? WhenSidecarUnavailable { get; init; }

    /// <summary>[Policy.Partition.name] by partition.</summary>
    public IReadOnlyDictionary<string, PartitionPolicySpec>? Partitions { get; init; }
}
