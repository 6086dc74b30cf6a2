using SlurmBanking.Sidecar.Lifecycle;

namespace SlurmBanking.Sidecar.ClusterView;

/// <summary>Slurm's accounting (sacct(1)): every record that it has of a job, of each run one, whether it goes on or is over.</summary>
internal interface IAccounting
{
    /// <summary>Records of jobs that waited or ran at some time of a span.</summary>
    /// <returns>In no order, the restart count unknown; null where Slurm keeps no accounting.</returns>
    /// <exception cref="SlurmCommandException">It can't be asked now.</exception>
    /// <exception cref="FormatException">The answer can't be read.</exception>
    Task<IReadOnlyList<RunFacts>?> ListAsync(DateTimeOffset from, DateTimeOffset to, CancellationToken cancellation);

    /// <summary>All records of some jobs, and it may be of others.</summary>
    /// <inheritdoc cref="ListAsync(DateTimeOffset, DateTimeOffset, CancellationToken)"/>
    Task<IReadOnlyList<RunFacts>?> ListAsync(IReadOnlyCollection<uint> jobs, CancellationToken cancellation);
}
