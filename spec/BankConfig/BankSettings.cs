namespace SlurmBanking.BankConfig;

/// <summary>A valid bank-config.toml with every default filled in. Keys are described in bank-config.toml.example.</summary>
public sealed record BankSettings
{
    /// <summary>[Enable]: which hooks act.</summary>
    public EnableSettings Enable { get; init; } = new();

    /// <summary>[PartitionPrice]: SU per CPU-hour by partition, case-sensitive as Slurm's names are.</summary>
    public IReadOnlyDictionary<string, decimal> PartitionPrices { get; init; } = new Dictionary<string, decimal>();

    /// <summary>[TresPrice.partition]: SU per TRES-hour by partition and TRES name; memory is per GiB-hour.</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, decimal>> TresPrices { get; init; } =
        new Dictionary<string, IReadOnlyDictionary<string, decimal>>();

    /// <summary>[QosMultiplier]: factor by QOS; 1 when absent.</summary>
    public IReadOnlyDictionary<string, decimal> QosMultipliers { get; init; } = new Dictionary<string, decimal>();

    /// <summary>[API]: where the bank is.</summary>
    public required ApiSettings Api { get; init; }

    /// <summary>[Policy].</summary>
    public PolicySettings Policy { get; init; } = new();

    /// <summary>[Policy.Partition.name]: the same for one partition, with [Policy] filled in where a key is absent.</summary>
    public IReadOnlyDictionary<string, PolicySettings> PartitionPolicies { get; init; } = new Dictionary<string, PolicySettings>();

    /// <summary>[Sidecar].</summary>
    public SidecarSettings Sidecar { get; init; } = new();

    /// <summary>The policy for a partition: its own, else [Policy].</summary>
    public PolicySettings PolicyFor(string partition) => PartitionPolicies.GetValueOrDefault(partition, Policy);
}
