namespace SlurmBanking.Sidecar.Lifecycle;

/// <summary>Why the bank is asked for its record of a run before it is overwritten.</summary>
internal enum Doubt
{
    None,

    /// <summary>Another sidecar may have settled the run, and better.</summary>
    Settled,

    /// <summary>The charge was refused: the record of that id may be another job's.</summary>
    Taken,
}
