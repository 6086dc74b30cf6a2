using Refit;

namespace SlurmBanking.BankApi;

/// <summary>
/// What our bank offers beside the contract (its /openapi.json), as far as a cluster asks for it. Answers as <see cref="IBankApi"/>
/// does.
/// </summary>
public interface IBalanceApi
{
    /// <summary>Reads what an account and a user of it may still use.</summary>
    /// <param name="account">The account's name.</param>
    /// <param name="user">The user's uid on the cluster.</param>
    /// <param name="cancellationToken">Gives up the call.</param>
    /// <returns>
    /// 200; 404 of type application/problem+json for an unknown account, of another type from a bank that does not offer it.
    /// </returns>
    [Get("/v1/accounts/{account}/balance")]
    Task<IApiResponse<AccountBalance>> ReadBalance(string account, string user, CancellationToken cancellationToken = default);
}
