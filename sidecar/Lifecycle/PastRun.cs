namespace SlurmBanking.Sidecar.Lifecycle;

/// <summary>A run that is over, as Slurm's accounting (sacct(1)) tells it: without its restart count.</summary>
/// <param name="Facts">The rest; <see cref="RunFacts.Restart"/> says nothing.</param>
/// <param name="Order">Place among all runs of its job, from 0, as far back as was asked.</param>
internal sealed record PastRun(RunFacts Facts, int Order);
