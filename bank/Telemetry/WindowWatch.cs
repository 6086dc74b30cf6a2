using SlurmBanking.Bank.Storage;
using SlurmBanking.Bank.Teller;

namespace SlurmBanking.Bank.Telemetry;

/// <summary>Ends the windows of accounts by the clock.</summary>
internal sealed partial class WindowWatch(IBankStore store, TimeProvider time, ILogger<WindowWatch> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // The start does not wait for it.
        await Task.Yield();
        while (!stoppingToken.IsCancellationRequested)
        {
            await Look();
            await Task.Delay(Interval, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task Look()
    {
        try
        {
            foreach (var account in await WindowTeller.ExpireAll(store, time))
            {
                LogExpired(account);
            }
        }
        catch (Exception e)
        {
            // Whatever it is, the next look finds what is still due.
            LogFailure(e.Message);
        }
    }

    [LoggerMessage(40, LogLevel.Information, "the window of account {Account} has ended: what was left has expired")]
    private partial void LogExpired(string account);

    [LoggerMessage(41, LogLevel.Warning, "windows that have ended can't be closed now: {Problem}")]
    private partial void LogFailure(string problem);
}
