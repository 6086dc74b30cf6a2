namespace SlurmBanking.Sidecar.Reconciliation;

/// <summary>A reconciliation can't be made, or not to its end. What it has posted until then stays.</summary>
/// <param name="message">Why, for a person.</param>
/// <param name="obstacle">The same for a program.</param>
internal sealed class ReconciliationException(string message, ReconciliationObstacle obstacle) : Exception(message)
{
    public ReconciliationObstacle Obstacle => obstacle;
}
