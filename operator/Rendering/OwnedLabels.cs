namespace SlurmBanking.Operator.Rendering;

/// <summary>Labels of all objects that the operator owns.</summary>
internal static class OwnedLabels
{
    /// <summary>Recommended label; its value says whose the object is.</summary>
    public const string ManagedBy = "app.kubernetes.io/managed-by";

    /// <summary>The value of <see cref="ManagedBy"/>.</summary>
    public const string Operator = "slurm-banking-operator";

    /// <summary>Name of the BankingConfig.</summary>
    public const string Config = "banking.slurm.dev/config";

    /// <summary>Annotation: SHA-256 of the bank-config.toml that a pod should have by now.</summary>
    public const string ConfigHash = "banking.slurm.dev/config-hash";

    /// <summary>Finds all of them.</summary>
    public const string Selector = $"{ManagedBy}={Operator}";
}
