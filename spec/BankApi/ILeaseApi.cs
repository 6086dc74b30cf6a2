using Refit;

namespace SlurmBanking.BankApi;

/// <summary>
/// Leases, by which clusters that share an account can't overdraw it together (/openapi.json of our bank). Answers as
/// <see cref="IBankApi"/> does.
/// </summary>
public interface ILeaseApi
{
    /// <summary>Takes, renews or gives back a cluster's leases on an account; the same request again changes nothing.</summary>
    /// <param name="account">The account's name.</param>
    /// <param name="cluster">The cluster's name; each cluster has one of its own.</param>
    /// <param name="renewal">What the cluster holds and wants.</param>
    /// <param name="cancellationToken">Gives up the call.</param>
    /// <returns>
    /// 200; 404 of type application/problem+json for an unknown account, of another type from a bank that does not offer leases.
    /// </returns>
    [Put("/v1/accounts/{account}/leases/{cluster}")]
    Task<IApiResponse<LeaseAnswer>> RenewLease(
        string account,
        string cluster,
        [Body] LeaseRenewal renewal,
        CancellationToken cancellationToken = default
    );
}
