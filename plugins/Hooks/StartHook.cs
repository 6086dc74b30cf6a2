using SlurmBanking.Hooks.Mapping;
using SlurmBanking.Hooks.Sidecar;
using SlurmBanking.Wire.Hooks;

namespace SlurmBanking.Hooks;

/// <summary>
/// jobcomp of Slurm 25.05 and later: tells that slurmctld has started a job. A hint that the sidecar's sweep of the queue repeats: where
/// it can't be told, it is neither kept nor logged. That the sidecar can't be asked is said at the next end.
/// </summary>
internal sealed class StartHook(SidecarLink link)
{
    /// <param name="jobId">Slurm's.</param>
    /// <param name="uid">Whose job it is.</param>
    /// <param name="time">When it started, in seconds since 1970; 0 when Slurm does not say.</param>
    public void Handle(uint jobId, uint uid, long time)
    {
        var start = new Start
        {
            JobId = jobId,
            Uid = uid,
            Time = SlurmNumber.Time(time) ?? 0,
        };
        link.Ask(new Request { Start = start }, link.Terms.FactDeadline, out _);
    }
}
