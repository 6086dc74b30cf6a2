using SlurmBanking.Terms;

namespace SlurmBanking.Sidecar.ClusterView;

/// <summary>Which record of the queue it is: what can be known of each of hundreds of thousands without reading all of it.</summary>
/// <param name="JobId">Slurm's id of the record.</param>
/// <param name="ArrayJobId">Of an array's record: the array's; null for a job that is none.</param>
/// <param name="RestartCount">How often the job was queued again.</param>
/// <param name="Hold">By its mark; null without one.</param>
internal readonly record struct QueueKey(uint JobId, uint? ArrayJobId, uint RestartCount, HoldId? Hold)
{
    /// <summary>The id that all records of a job share.</summary>
    public uint Job => ArrayJobId ?? JobId;
}
