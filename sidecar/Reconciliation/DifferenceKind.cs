namespace SlurmBanking.Sidecar.Reconciliation;

/// <summary>How the bank differs from Slurm's accounting in one run.</summary>
internal enum DifferenceKind
{
    /// <summary>The bank has no record of the run.</summary>
    Missing,

    /// <summary>The bank has another amount.</summary>
    Amount,

    /// <summary>The run is over, and the bank still has its estimate.</summary>
    Open,

    /// <summary>The settlement is on its way to the bank.</summary>
    Waiting,

    /// <summary>The bank has refused the settlement: it is a dead letter.</summary>
    Parked,

    /// <summary>The bank's record of this id is another job's, or of another account.</summary>
    Conflict,

    /// <summary>The bank has a record of a run that Slurm does not know.</summary>
    Stray,

    /// <summary>Nobody can be billed: the job names no account, and there is no default.</summary>
    Unbillable,

    /// <summary>The bank has no record, and the partition has no price.</summary>
    Unpriced,

    /// <summary>The bank has another amount than the oldest known prices give, which are later than the run's start.</summary>
    PricesUnknown,
}
