using SlurmBanking.Bank.Storage;

namespace SlurmBanking.Bank.Telemetry;

/// <summary>Counts the leases for the metrics. Nothing depends on it: whether a lease is stale is seen whenever one is read.</summary>
internal sealed partial class LeaseWatch(IBankStore store, BankMetrics metrics, TimeProvider time, ILogger<LeaseWatch> logger)
    : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

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

    [LoggerMessage(50, LogLevel.Warning, "the leases can't be counted now: {Problem}")]
    private partial void LogFailure(string problem);
}
