using SlurmBanking.Terms;

namespace SlurmBanking.Sidecar.Reconciliation;

/// <summary>Runs of an account in a partition.</summary>
/// <param name="Account">That pays.</param>
/// <param name="Partition">Where they ran.</param>
/// <param name="Runs">How many.</param>
/// <param name="Cost">By the prices in force when each started.</param>
/// <param name="WouldCost">By the other prices.</param>
internal sealed record ReplayedUsage(string Account, string Partition, long Runs, ServiceUnits Cost, ServiceUnits WouldCost);
