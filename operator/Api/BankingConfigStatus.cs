namespace SlurmBanking.Operator.Api;

/// <summary>What has become of a BankingConfig.</summary>
internal sealed record BankingConfigStatus
{
    /// <summary>The generation that the conditions speak of.</summary>
    public long? ObservedGeneration { get; init; }

    /// <summary>SHA-256 of the rendered bank-config.toml, hex: the sidecar reports the same when it is in force.</summary>
    public string? ConfigHash { get; init; }

    /// <summary>The cluster's partitions, as the controller's sidecar last saw them.</summary>
    public IReadOnlyList<string>? Partitions { get; init; }

    /// <summary>One of each type.</summary>
    public IReadOnlyList<Condition>? Conditions { get; init; }
}
