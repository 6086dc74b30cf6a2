using SlurmBanking.Sidecar.Lifecycle;

namespace SlurmBanking.Sidecar.ClusterView;

/// <summary>What the sidecar asks of Slurm.</summary>
internal interface ISlurm
{
    /// <summary>Partitions and nodes, what of Slurm's configuration matters, and associations if these can be asked for now.</summary>
    /// <exception cref="SlurmCommandException">It can't be asked.</exception>
    Task<ClusterSnapshot> ReadClusterAsync(CancellationToken cancellation);

    /// <summary>The queue, jobs that ended within MinJobAge included.</summary>
    /// <param name="user">Whose jobs; null for all.</param>
    /// <param name="begun">When it is asked.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="SlurmCommandException">It can't be asked.</exception>
    /// <exception cref="FormatException">The answer can't be read.</exception>
    Task<QueueListing> ListQueueAsync(uint? user, DateTimeOffset begun, CancellationToken cancellation);

    /// <summary>All runs of some jobs that are over, from Slurm's accounting.</summary>
    /// <returns>Null where there is no accounting.</returns>
    /// <exception cref="SlurmCommandException">It can't be asked now.</exception>
    /// <exception cref="FormatException">The answer can't be read.</exception>
    Task<IReadOnlyList<PastRun>?> RecallAsync(IReadOnlyList<uint> jobs, CancellationToken cancellation);

    /// <summary>Runs that ended after a time, from Slurm's accounting.</summary>
    /// <inheritdoc cref="RecallAsync(IReadOnlyList{uint}, CancellationToken)"/>
    Task<IReadOnlyList<PastRun>?> RecallAsync(DateTimeOffset since, CancellationToken cancellation);

    /// <summary>The cluster's slurmctlds, the primary first.</summary>
    /// <exception cref="SlurmCommandException">It can't be asked.</exception>
    Task<IReadOnlyList<Controller>> ListControllersAsync(CancellationToken cancellation);
}
