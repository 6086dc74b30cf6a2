using SlurmBanking.Sidecar.ClusterView;
using SlurmBanking.Terms;

namespace SlurmBanking.Sidecar.Lifecycle;

/// <summary>What of the book only Slurm's accounting can complete, and which run of the book it speaks of. Pure.</summary>
internal static class Recollection
{
    /// <summary>Jobs with a run that is open in the book and over in the queue, of which only Slurm's accounting can tell more.</summary>
    /// <param name="runs">All of the book.</param>
    /// <param name="listing">All of the queue.</param>
    public static IEnumerable<uint> Missing(IEnumerable<Run> runs, QueueListing listing)
    {
        // What started before is in the listing if it goes on.
        var shown = listing.Begun - JobLife.ShownAfter;
        var current = new Dictionary<uint, uint>(listing.Keys.Count);
        foreach (var key in listing.Keys)
        {
            current[key.JobId] = Math.Max(current.GetValueOrDefault(key.JobId), key.RestartCount);
        }

        return runs.Where(static run => run.State is RunState.Charging or RunState.Charged)
            .Where(run => !(run.Start > shown))
            .Where(run => !current.TryGetValue(run.Key.JobId, out var restart) || restart > run.Key.Restart)
            .Select(static run => run.Key.JobId);
    }

    /// <summary>Whether a job was requeued after a run of which nobody has told.</summary>
    public static bool HasUnseenRun(Book book, QueueKey job)
    {
        if (job.RestartCount == 0 || (job.Hold ?? book.HoldOfJob(job.Job)) is not { } id)
        {
            return false;
        }

        for (var restart = 0u; restart < job.RestartCount; restart++)
        {
            if (book.Find(new RunKey(id, job.JobId, restart)) is null)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// Accounting knows no restart count: the run of the same start is meant; else the one of that place, unless that was another.
    /// </summary>
    public static uint RestartOf(Book book, HoldId id, PastRun past)
    {
        var runs = book.RunsOf(id, past.Facts.JobId).ToList();
        if (runs.Find(run => run.Start == past.Facts.Start) is { } same)
        {
            return same.Key.Restart;
        }

        var restart = (uint)past.Order;
        while (runs.Exists(run => run.Key.Restart == restart && run.State is RunState.Settling or RunState.Settled))
        {
            restart++;
        }

        return restart;
    }
}
