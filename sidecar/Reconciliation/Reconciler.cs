using SlurmBanking.BankApi;
using SlurmBanking.Sidecar.Bank;
using SlurmBanking.Sidecar.ClusterView;
using SlurmBanking.Sidecar.Configuration;
using SlurmBanking.Sidecar.Messages;
using SlurmBanking.Sidecar.Outbox;

namespace SlurmBanking.Sidecar.Reconciliation;

/// <summary>
/// Compares Slurm's accounting with what the bank has, one reconciliation at a time, and tells the bank what it was not told or was
/// told otherwise: through the outbox, like any other fact.
/// </summary>
internal sealed class Reconciler(
    IAccounting accounting,
    IBankApi bank,
    Teller teller,
    Journal journal,
    BankHealth health,
    SettingsStore settings,
    Duty duty,
    TimeProvider time,
    ILogger<Reconciler> logger
) : IDisposable
{
    private readonly SemaphoreSlim _one = new(1, 1);

    /// <param name="since">Runs that ended before are not looked at.</param>
    /// <param name="until">Neither are those that ended then or later; null for the present.</param>
    /// <param name="post">Whether to tell the bank.</param>
    /// <param name="tell">Called for each difference and remark as it is found.</param>
    /// <param name="reached">Called after each day, with its end and the runs compared until then.</param>
    /// <param name="cancellation">Ends it; what has been posted stays.</param>
    /// <exception cref="ReconciliationException">It can't be made, or not to its end.</exception>
    public async Task<ReconciliationSummary> RunAsync(
        DateTimeOffset since,
        DateTimeOffset? until,
        bool post,
        Func<Difference, Task> tell,
        Func<DateTimeOffset, long, Task> reached,
        CancellationToken cancellation
    )
    {
        if (!_one.Wait(0, CancellationToken.None))
        {
            throw new ReconciliationException(Problems.AnotherComparison, ReconciliationObstacle.NotNow);
        }

        try
        {
            var inForce =
                settings.Current.Settings ?? throw new ReconciliationException(Problems.NoConfiguration, ReconciliationObstacle.NotNow);
            if (!duty.MayDeliver)
            {
                throw new ReconciliationException(Problems.StandsBy, ReconciliationObstacle.NotNow);
            }

            var now = time.GetUtcNow();
            var end = until is { } wanted && wanted < now ? wanted : now;
            if (since >= end)
            {
                throw new ReconciliationException(Problems.NoSpan($"{since:u}", $"{end:u}"), ReconciliationObstacle.NoSpan);
            }

            var pass = new ReconciliationPass(accounting, bank, teller, journal, health, inForce, settings.KnownSince, time, tell, reached);
            var summary = await pass.RunAsync(since, end, post, cancellation);
            Log.Reconciled(logger, since, end, summary.Runs, summary.Differences, summary.Posted);
            return summary;
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose() => _one.Dispose();
}
