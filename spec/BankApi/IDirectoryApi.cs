using Refit;

namespace SlurmBanking.BankApi;

/// <summary>
/// Where a cluster tells our bank (its /openapi.json) of its partitions and users, which the contract's lists then have. Answers as
/// <see cref="IBankApi"/> does.
/// </summary>
public interface IDirectoryApi
{
    /// <summary>Says what a cluster has.</summary>
    /// <param name="cluster">The cluster's name.</param>
    /// <param name="directory">Partitions, users, or both.</param>
    /// <param name="cancellationToken">Gives up the call.</param>
    /// <returns>204; 400 naming what is wrong; 404 from a bank that does not offer it.</returns>
    [Put("/v1/clusters/{cluster}/directory")]
    Task<IApiResponse> TellDirectory(string cluster, [Body] ClusterDirectory directory, CancellationToken cancellationToken = default);
}
