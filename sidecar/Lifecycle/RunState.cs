namespace SlurmBanking.Sidecar.Lifecycle;

/// <summary>How far a run has come at the bank.</summary>
internal enum RunState
{
    /// <summary>Started; its charge is on the way.</summary>
    Charging,

    /// <summary>The bank has charged the estimate.</summary>
    Charged,

    /// <summary>Ended; its settlement is on the way.</summary>
    Settling,

    /// <summary>The bank has the actual amount.</summary>
    Settled,
}
