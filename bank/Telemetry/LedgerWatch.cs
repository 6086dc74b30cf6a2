using SlurmBanking.Bank.Messages;
using SlurmBanking.Bank.Storage;
using SlurmBanking.Bank.Teller;

namespace SlurmBanking.Bank.Telemetry;

/// <summary>Does what "bank verify" does, at the start and every hour, and says so in metrics and, of differences, in the log.</summary>
internal sealed class LedgerWatch(IBankStore store, BankMetrics metrics, TimeProvider time, ILogger<LedgerWatch> logger) : BackgroundService
{
    private const int MostLogged = 20;
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

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
            var (audit, differences) = await store.Read(books => AuditTeller.Audit(books, time.GetUtcNow()));
            metrics.Audited = (audit.Transfers, differences.Count, time.GetUtcNow());
            foreach (var difference in differences.Take(MostLogged))
            {
                Log.Unbalanced(logger, difference);
            }
        }
        catch (Exception) when (stopping.IsCancellationRequested)
        {
            // The books close with the bank.
        }
        catch (Exception e)
        {
            // Whatever it is, the bank goes on.
            metrics.AuditFailed();
            Log.NotAudited(logger, e.Message);
        }
    }
}
