using SlurmBanking.Sidecar.Configuration;
using SlurmBanking.Sidecar.Telemetry;

namespace SlurmBanking.Sidecar.Bank;

/// <summary>
/// Reads headroom again in the background: within a second after a refusal, else when it is older than balance_ttl. No more than 200 a
/// second: those nobody knows, and those who were refused, first.
/// </summary>
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

    /// <summary>
    /// So long each few take at least: thousands of new accounts must not take the cores that slurmctld needs. A bank 20 ms away is no
    /// faster.
    /// </summary>
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(20);

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
                await RefreshAsync(current.Sidecar.BalanceTtl, cancellation);
            }
        }

        return health.Available ? Interval : ProbeInterval;
    }

    private async Task RefreshAsync(TimeSpan ttl, CancellationToken cancellation)
    {
        var due = teller.HeadroomsDue(ttl);
        foreach (var some in due.Chunk(Concurrency))
        {
            var pace = due.Count > Concurrency ? Task.Delay(Pace, Time, cancellation) : Task.CompletedTask;
            await Task.WhenAll(some.Select(key => teller.ReadHeadroomAsync(key.Account, key.Uid)));
            await pace;
        }
    }
}
