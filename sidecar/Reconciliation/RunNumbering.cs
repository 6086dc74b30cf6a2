using SlurmBanking.Sidecar.ClusterView;
using SlurmBanking.Sidecar.Lifecycle;

namespace SlurmBanking.Sidecar.Reconciliation;

/// <summary>
/// Tells which run of which job each run of accounting is, which knows no restart count. A job id comes round again: then
/// its records are of several jobs. Pure.
/// </summary>
internal static class RunNumbering
{
    /// <summary>
    /// A job is queued again when its run ends, or by hand as long as slurmctld remembers it (MinJobAge, rarely more than minutes).
    /// </summary>
    public static readonly TimeSpan RequeuedWithin = TimeSpan.FromHours(1);

    /// <summary>The runs of one job id.</summary>
    /// <param name="records">All that accounting has of it, in any order.</param>
    public static IReadOnlyList<AccountedRun> Number(IEnumerable<RunFacts> records)
    {
        var runs = new List<AccountedRun>();
        RunFacts? before = null;
        foreach (var record in records.OrderBy(static record => record.Submit).ThenBy(static record => record.Start))
        {
            if (before is null || !IsOfSameJob(before, record))
            {
                runs.Add(new AccountedRun(record with { Restart = 0 }, record.Submit));
            }
            else
            {
                runs.Add(new AccountedRun(record with { Restart = runs[^1].Facts.Restart + 1 }, runs[^1].Queued));
            }

            before = record;
        }

        return runs;
    }

    /// <summary>It waits, runs, or is being resized.</summary>
    public static bool GoesOn(RunFacts record) => record.End is null || JobStates.PhaseOf(record.State) == JobPhase.Started;

    // The mark stays with a job through its requeues; without one a gap tells.
    private static bool IsOfSameJob(RunFacts before, RunFacts record) =>
        before.Uid == record.Uid
        && (
            before.Mark is { } mark && record.Mark is { } other
                ? mark.Id == other.Id
                : record.Submit is { } submit && before.End is { } end && submit - end <= RequeuedWithin
        );
}
