using SlurmBanking.Sidecar.ClusterView;
using SlurmBanking.Sidecar.Lifecycle;
using SlurmBanking.Sidecar.Messages;

namespace SlurmBanking.Sidecar.Reconciliation;

/// <summary>Reads runs from Slurm's accounting, each with its number among the runs of its job.</summary>
internal sealed class AccountedJobs(IAccounting accounting)
{
    private const int JobsAtOnce = 500;

    /// <summary>All runs of the jobs that waited or ran in a span.</summary>
    /// <exception cref="ReconciliationException">Accounting can't be asked.</exception>
    public async Task<List<AccountedRun>> ReadAsync(DateTimeOffset from, DateTimeOffset to, CancellationToken cancellation)
    {
        // An earlier run of a job that was submitted in the span ended, at the earliest, so long before it.
        var records = await AskAsync(accounting.ListAsync(from - RunNumbering.RequeuedWithin, to, cancellation));
        var jobs = records.GroupBy(static record => record.JobId).ToList();
        var cut = jobs.Where(records => !(records.Min(static record => record.Submit) >= from)).Select(static job => job.Key).ToHashSet();
        var runs = jobs.Where(job => !cut.Contains(job.Key)).SelectMany(RunNumbering.Number).ToList();
        runs.AddRange(await ReadAsync(cut, cancellation));
        return runs;
    }

    /// <summary>All runs of some jobs.</summary>
    /// <exception cref="ReconciliationException">Accounting can't be asked.</exception>
    public async Task<List<AccountedRun>> ReadAsync(IReadOnlySet<uint> jobs, CancellationToken cancellation)
    {
        var runs = new List<AccountedRun>();
        foreach (var some in jobs.Chunk(JobsAtOnce))
        {
            var records = await AskAsync(accounting.ListAsync(some, cancellation));
            runs.AddRange(
                records.Where(record => jobs.Contains(record.JobId)).GroupBy(static record => record.JobId).SelectMany(RunNumbering.Number)
            );
        }

        return runs;
    }

    private static async Task<IReadOnlyList<RunFacts>> AskAsync(Task<IReadOnlyList<RunFacts>?> asking)
    {
        try
        {
            return await asking ?? throw new ReconciliationException(Problems.NoAccounting, ReconciliationObstacle.NotHere);
        }
        catch (Exception e) when (e is SlurmCommandException or FormatException)
        {
            throw new ReconciliationException(Problems.AccountingAway(e.Message), ReconciliationObstacle.NotNow);
        }
    }
}
