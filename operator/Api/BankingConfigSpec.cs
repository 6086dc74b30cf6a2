namespace SlurmBanking.Operator.Api;

/// <summary>
/// All of bank-config.toml, in camelCase, and what Kubernetes adds. Every property may be absent: the CRD fills in defaults,
/// and where it did not the file leaves the key out and the sidecar's own default holds.
/// </summary>
internal sealed record BankingConfigSpec
{
    /// <summary>[Enable].</summary>
    public EnableSpec? Enable { get; init; }

    /// <summary>[PartitionPrice]: SU per CPU-hour by partition.</summary>
    public IReadOnlyDictionary<string, DecimalText>? PartitionPrices { get; init; }

    /// <summary>[TresPrice.partition]: SU per TRES-hour by partition and TRES; memory per GiB-hour.</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, DecimalText>>? TresPrices { get; init; }

    /// <summary>[QosMultiplier]: factor by QOS.</summary>
    public IReadOnlyDictionary<string, DecimalText>? QosMultipliers { get; init; }

    /// <summary>[API].</summary>
    public ApiSpec? Api { get; init; }

    /// <summary>[Policy].</summary>
    public PolicySpec? Policy { get; init; }

    /// <summary>[Sidecar], and where the controller's sidecar is found.</summary>
    public SidecarSpec? Sidecar { get; init; }

    /// <summary>The Slurm cluster that this is for.</summary>
    public SlurmSpec? Slurm { get; init; }

    /// <summary>"Retain" or "Delete": what becomes of the rendered objects when this one is deleted.</summary>
    public string? DeletionPolicy { get; init; }
}
