namespace SlurmBanking.Sidecar.ClusterView;

/// <summary>What a job's state means for its money.</summary>
internal enum JobPhase
{
    /// <summary>Waiting, or waiting again after a requeue: held.</summary>
    Pending,

    /// <summary>Has resources: charged.</summary>
    Started,

    /// <summary>Over: settled.</summary>
    Ended,
}
