using SlurmBanking.Sidecar.ClusterView;
using SlurmBanking.Sidecar.Lifecycle;

namespace SlurmBanking.Sidecar.Tests.Intake;

/// <summary>A Slurm of which only the controllers are asked.</summary>
internal sealed class OneController : ISlurm
{
    public Task<IReadOnlyList<Controller>> ListControllersAsync(CancellationToken cancellation) =>
        Task.FromResult<IReadOnlyList<Controller>>([new Controller("h", IsUp: true)]);

    public Task<ClusterSnapshot> ReadClusterAsync(CancellationToken cancellation) => throw new NotSupportedException();

    public Task<QueueListing> ListQueueAsync(uint? user, DateTimeOffset begun, CancellationToken cancellation) =>
        throw new NotSupportedException();

    public Task<IReadOnlyList<PastRun>?> RecallAsync(IReadOnlyList<uint> jobs, CancellationToken cancellation) =>
        throw new NotSupportedException();

    public Task<IReadOnlyList<PastRun>?> RecallAsync(DateTimeOffset since, CancellationToken cancellation) =>
        throw new NotSupportedException();
}
