using SlurmBanking.Bank.Messages;
using SlurmBanking.Bank.Storage;
using SlurmBanking.Bank.Teller;

namespace SlurmBanking.Bank.Telemetry;

/// <summary>
/// Counts the leases for the metrics, and forgets those that nobody misses. Nothing depends on it: whether a lease is stale is seen
/// whenever one is read.
/// </summary>
internal sealed class LeaseWatch(IBankStore store, BankMetrics metrics, TimeProvider time, ILogger<LeaseWatch> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan BetweenClearings = TimeSpan.FromHours(1);
    private DateTimeOffset _cleared = DateTimeOffset.MinValue;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // The start does not wait for it.
        await Task.Yield();
        while (!stoppingToken.IsCancellationRequested)
        {
            await Look(stoppingToken);
            await Task.Delay(Interval, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task Look(CancellationToken stopping)
    {
        try
        {
            if (time.GetUtcNow() - _cleared >= BetweenClearings)
            {
                _cleared = time.GetUtcNow();
                foreach (var account in await LeaseTeller.ForgetAbandoned(store, time))
                {
                    Log.LeasesForgotten(logger, account, LeaseTeller.Abandoned.Days);
                }
            }

            metrics.LeasesCounted(await store.Read(books => books.CountLeases(time.GetUtcNow())));
        }
        catch (Exception) when (stopping.IsCancellationRequested)
        {
            // The books close with the bank.
        }
        catch (Exception e)
        {
            // Whatever it is, the bank goes on.
            Log.LeasesNotCounted(logger, e.Message);
        }
    }
}
