using SlurmBanking.Sidecar.Lifecycle;

namespace SlurmBanking.Sidecar.Reconciliation;

/// <summary>One run of a job as Slurm's accounting has it.</summary>
/// <param name="Facts">From its start to its end, with its restart count.</param>
/// <param name="Queued">When its job was submitted first.</param>
internal sealed record AccountedRun(RunFacts Facts, DateTimeOffset? Queued)
{
    /// <summary>It had resources, and has given them back.</summary>
    public bool IsOver => Facts is { Start: not null, End: not null, Tres.Cpus: > 0 } && !RunNumbering.GoesOn(Facts);
}
