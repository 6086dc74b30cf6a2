using SlurmBanking.Sidecar.ClusterView;
using SlurmBanking.Sidecar.Lifecycle;

namespace SlurmBanking.Simulation.Tests;

/// <summary>Slurm as one process sees it through its commands: they take time, and now and then fail.</summary>
internal sealed class SlurmSeen(Agenda agenda, SimulatedSlurm slurm, Faults faults, ClusterSnapshot cluster) : ISlurm
{
    /// <summary>The process is dead.</summary>
    public bool Cut { get; set; }

    public Task<ClusterSnapshot> ReadClusterAsync(CancellationToken cancellation) => Later(() => cluster);

    public Task<QueueListing> ListQueueAsync(uint? user, DateTimeOffset begun, CancellationToken cancellation) =>
        Later(() => slurm.List(user, begun, agenda.Now));

    public Task<IReadOnlyList<PastRun>?> RecallAsync(IReadOnlyList<uint> jobs, CancellationToken cancellation) =>
        Later(() => slurm.Recall(run => jobs.Contains(run.Id), agenda.Now));

    public Task<IReadOnlyList<PastRun>?> RecallAsync(DateTimeOffset since, CancellationToken cancellation) =>
        Later(() => slurm.Recall(run => run.End >= since, agenda.Now));

    public Task<IReadOnlyList<Controller>> ListControllersAsync(CancellationToken cancellation) =>
        Later<IReadOnlyList<Controller>>(() => [.. slurm.Controllers]);

    // What is printed was true at some moment while the command ran.
    private Task<T> Later<T>(Func<T> look)
    {
        var done = new TaskCompletionSource<T>();
        agenda.After(
            faults.Latency() / 4,
            () =>
            {
                if (faults.Loses())
                {
                    Finish(() => done.TrySetException(new SlurmCommandException("the command failed")));
                    return;
                }

                var seen = look();
                agenda.After(faults.Latency() / 4, () => Finish(() => done.TrySetResult(seen)));
            }
        );
        return done.Task;
    }

    private void Finish(Action finish)
    {
        if (!Cut)
        {
            finish();
        }
    }
}
