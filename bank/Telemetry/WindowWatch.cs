using SlurmBanking.Bank.Messages;
using SlurmBanking.Bank.Storage;
using SlurmBanking.Bank.Teller;

namespace SlurmBanking.Bank.Telemetry;

/// <summary>Ends the windows of accounts by the clock.</summary>
internal sealed class WindowWatch(IBankStore store, TimeProvider time, ILogger<WindowWatch> logger) : BackgroundService
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
            foreach (var account in await WindowTeller.ExpireAll(store, time))
            {
                Log.WindowEnded(logger, account);
            }
        }
        catch (Exception) when (stopping.IsCancellationRequested)
        {
            // The books close with the bank.
        }
        catch (Exception e)
        {
            // Whatever it is, the next look finds what is still due.
            Log.WindowsNotEnded(logger, e.Message);
        }
    }
}
