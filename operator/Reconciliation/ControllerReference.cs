namespace SlurmBanking.Operator.Reconciliation;

/// <summary>What the references of a BankingConfig lead to.</summary>
/// <param name="Selector">Labels of slurmctld's pod; empty when nothing says them.</param>
/// <param name="SlurmName">Name of the Controller or SlurmCluster; null without a reference.</param>
/// <param name="SlurmImage">Image that slurmctld runs there; null when that is not known.</param>
/// <param name="Problem">"field: text" when the referenced object is not there; null otherwise.</param>
internal sealed record ControllerReference(
    IReadOnlyDictionary<string, string> Selector,
    string? SlurmName,
    string? SlurmImage,
    string? Problem
);
