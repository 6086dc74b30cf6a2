namespace SlurmBanking.Sidecar.Reconciliation;

/// <summary>What kept a reconciliation from being made.</summary>
internal enum ReconciliationObstacle
{
    /// <summary>The span that was asked for is empty, or prices can't be read.</summary>
    NoSpan,

    /// <summary>It can't be made here at all.</summary>
    NotHere,

    /// <summary>The same call may work later.</summary>
    NotNow,
}
