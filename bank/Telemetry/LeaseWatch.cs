using SlurmBanking.Bank.Storage;
using SlurmBanking.Bank.Teller;

namespace SlurmBanking.Bank.Telemetry;

/// <summary>
/// Counts the leases for the metrics, and forgets those that nobody misses. Nothing depends on it: whether a lease is stale is seen
/// whenever one is read.
/// </summary>
internal sealed partial class LeaseWatch(IBankStore store, BankMetrics metrics, TimeProvider time, ILogger<LeaseWatch> logger)
    : BackgroundService
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
                    LogForgotten(account, LeaseTeller.Abandoned.Days);
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
            LogFailure(e.Message);
        }
    }

    [LoggerMessage(51, LogLevel.Information, "leases on account {Account} that were not renewed for {Days} days are forgotten")]
    private partial void LogForgotten(string account, int days);

    [LoggerMessage(50, LogLevel.Warning, "the leases can't be counted now: {Problem}")]
    private partial void LogFailure(string problem);
}
