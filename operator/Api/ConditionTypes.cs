namespace SlurmBanking.Operator.Api;

/// <summary>Types of a BankingConfig's conditions.</summary>
internal static class ConditionTypes
{
    /// <summary>All of the others that matter hold.</summary>
    public const string Ready = "Ready";

    /// <summary>The files were rendered and are in their ConfigMaps.</summary>
    public const string Rendered = "Rendered";

    /// <summary>Another BankingConfig, or somebody else's object, is in the way.</summary>
    public const string Conflict = "Conflict";

    /// <summary>The controller's sidecar says that it acts on this file.</summary>
    public const string InForce = "InForce";

    /// <summary>The controller's sidecar gets answers from the bank.</summary>
    public const string BankReachable = "BankReachable";

    /// <summary>The bank takes the token.</summary>
    public const string TokenAccepted = "TokenAccepted";

    /// <summary>Every partition of the cluster has a price.</summary>
    public const string PartitionsPriced = "PartitionsPriced";
}
