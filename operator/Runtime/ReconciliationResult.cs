namespace SlurmBanking.Operator.Runtime;

/// <summary>What came of a reconciliation.</summary>
/// <param name="Outcome">A word for the metrics: "done", "invalid", "conflict".</param>
/// <param name="RequeueAfter">When to look again although nothing changes; null for never.</param>
internal sealed record ReconciliationResult(string Outcome, TimeSpan? RequeueAfter = null);
