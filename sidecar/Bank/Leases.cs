using System.Net;
using SlurmBanking.BankApi;

namespace SlurmBanking.Sidecar.Bank;

/// <summary>Asks the bank for leases, where it offers them and this cluster has a name.</summary>
/// <param name="api">The bank.</param>
/// <param name="cluster">Tells this cluster's name; null while it is not known, "" when it has none.</param>
/// <param name="health">Hears of answers and misses.</param>
/// <param name="time">The clock.</param>
internal sealed class Leases(ILeaseApi api, Func<string?> cluster, BankHealth health, TimeProvider time)
{
    // A bank that offers none is asked again now and then: it may have been replaced.
    private static readonly TimeSpan RememberedFor = TimeSpan.FromHours(1);
    private long _offersNoneUntil = DateTimeOffset.MinValue.UtcTicks;
    private volatile bool _offers;

    /// <summary>
    /// Whether it is known who asks. Before, what the bank says is worth nothing: to others it says what they could have beside this
    /// cluster's leases.
    /// </summary>
    public bool MayAsk => cluster() is not null;

    /// <summary>Who asks; null when there is no point in it.</summary>
    public string? Holder =>
        cluster() is { Length: > 0 } name && time.GetUtcNow().UtcTicks >= Volatile.Read(ref _offersNoneUntil) ? name : null;

    /// <summary>Renews the leases on an account.</summary>
    /// <returns>Not an answer: the bank is to be asked otherwise. No grant: it can't be asked now.</returns>
    public async Task<(bool IsAnswer, LeaseAnswer? Grant)> RenewAsync(
        string account,
        string holder,
        LeaseRenewal renewal,
        CancellationToken cancellation
    )
    {
        using var response = await api.RenewLease(account, holder, renewal, cancellation);
        if (!response.IsReceived)
        {
            health.Missed(response.Error?.Message ?? "no answer");
            return (true, null);
        }

        switch (response)
        {
            case { StatusCode: HttpStatusCode.OK, Content: { } grant }:
                _offers = true;
                health.Answered();
                return (true, grant);
            case { StatusCode: HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden } when _offers:
                health.RefusedToken((int)response.StatusCode);
                return (true, null);
            case { ContentHeaders.ContentType.MediaType: "application/problem+json", StatusCode: HttpStatusCode.NotFound }:
                // It has no such account, which it says in its own words to who asks for them.
                return (false, null);
            case { StatusCode: HttpStatusCode.Unauthorized or HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError }:
                if (_offers)
                {
                    // Without its leases what it says is available would be for others, too.
                    health.Missed($"status {(int)response.StatusCode}");
                }

                return (_offers, null);
            default:
                _offers = false;
                Volatile.Write(ref _offersNoneUntil, (time.GetUtcNow() + RememberedFor).UtcTicks);
                return (false, null);
        }
    }
}
