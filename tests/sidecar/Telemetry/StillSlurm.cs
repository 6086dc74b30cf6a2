using SlurmBanking.Sidecar.ClusterView;
using SlurmBanking.Sidecar.Lifecycle;

namespace SlurmBanking.Sidecar.Tests.Telemetry;

/// <summary>A Slurm without any jobs, and without accounting.</summary>
internal sealed class StillSlurm : ISlurm
{
    /// <summary>What happens while it lists.</summary>
    public Action Listing { get; set; } = static () => { };

    public Task<IReadOnlyList<Controller>> ListControllersAsync(CancellationToken cancellation) =>
        Task.FromResult<IReadOnlyList<Controller>>([new Controller("h", IsUp: true)]);

    public Task<ClusterSnapshot> ReadClusterAsync(CancellationToken cancellation) => Task.FromResult(Given.Cluster);

    public Task<QueueListing> ListQueueAsync(uint? user, DateTimeOffset begun, CancellationToken cancellation)
    {
        Listing();
        return Task.FromResult(new QueueListing(begun, [], static _ => throw new InvalidOperationException("the queue is empty"), user));
    }

    public Task<IReadOnlyList<PastRun>?> RecallAsync(IReadOnlyList<uint> jobs, CancellationToken cancellation) =>
        Task.FromResult<IReadOnlyList<PastRun>?>(null);

    public Task<IReadOnlyList<PastRun>?> RecallAsync(DateTimeOffset since, CancellationToken cancellation) =>
        Task.FromResult<IReadOnlyList<PastRun>?>(null);
}
