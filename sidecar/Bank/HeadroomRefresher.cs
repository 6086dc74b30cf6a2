using SlurmBanking.Sidecar.Configuration;
using SlurmBanking.Sidecar.Telemetry;

namespace SlurmBanking.Sidecar.Bank;

/// <summary>Reads headroom again in the background: within a second after a refusal, else when it is older than balance_ttl.</summary>
internal sealed class HeadroomRefresher(
    Teller teller,
    HeadroomReader reader,
    BankHealth health,
    SettingsStore settings,
    SidecarMetrics metrics,
    TimeProvider time,
    ILogger<HeadroomRefresher> logger
) : SteadyLoop(metrics, time, logger)
{
    private const int Concurrency = 4;
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan ProbeInterval = TimeSpan.FromSeconds(1);

    public override async Task<TimeSpan> TurnAsync(CancellationToken cancellation)
    {
        if (settings.Current.Settings is { } current)
        {
            if (health.State != BankState.Reachable)
            {
                // One question finds out whether the bank answers, and opens a connection before a submission waits for it.
                await reader.ProbeAsync(cancellation);
            }

            if (health.Available)
            {
                await RefreshAsync(current.Sidecar.BalanceTtl);
            }
        }

        return health.Available ? Interval : ProbeInterval;
    }

    private async Task RefreshAsync(TimeSpan ttl)
    {
        foreach (var some in teller.HeadroomsDue(ttl).Chunk(Concurrency))
        {
            await Task.WhenAll(some.Select(key => teller.ReadHeadroomAsync(key.Account, key.Uid)));
        }
    }
}
