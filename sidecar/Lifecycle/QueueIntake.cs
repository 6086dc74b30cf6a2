using SlurmBanking.BankConfig;
using SlurmBanking.Sidecar.ClusterView;
using SlurmBanking.Terms;

namespace SlurmBanking.Sidecar.Lifecycle;

/// <summary>
/// Takes in a listing of the queue in steps, each of which is over in a moment whatever the length of the queue: between two of
/// them decisions are made and reports come in, as they do between the listing and its taking in. Pure.
/// </summary>
internal static class QueueIntake
{
    /// <summary>Records, or holds, of one step.</summary>
    private const int Step = 128;

    private const int CheapStep = 4096;

    // Slurm forgets jobs after MinJobAge (300 s by default); reports of the same end come within moments.
    private static readonly TimeSpan RememberedFor = TimeSpan.FromMinutes(10);

    private static readonly Changes None = new();

    /// <summary>
    /// Binds, adopts, charges, settles, re-prices and releases whatever no plugin reported. Each function belongs under the lock of
    /// the book; what is computed between two of them needs none.
    /// </summary>
    public static IEnumerable<Func<Changes>> Steps(JobLife life, QueueListing listing, ClusterSnapshot cluster, BankSettings settings)
    {
        var ids = new HoldId?[listing.Jobs.Count];
        for (var from = 0; from < ids.Length; from += CheapStep)
        {
            var (first, end) = (from, Math.Min(from + CheapStep, ids.Length));
            yield return () =>
            {
                for (var i = first; i < end; i++)
                {
                    ids[i] = life.Recognised(listing.Jobs[i]);
                }

                return None;
            };
        }

        var groups = Groups(listing.Jobs, ids);
        foreach (var some in Batches(groups))
        {
            yield return () =>
            {
                var changes = new Changes();
                foreach (var (id, jobs) in some)
                {
                    life.Listed(id, jobs, listing, settings, changes);
                    life.Waiting(id, jobs, cluster, settings, changes);
                }

                return changes;
            };
        }

        foreach (var (id, jobs) in groups.Where(static group => group.Value.Count > Step))
        {
            foreach (var some in jobs.Chunk(Step))
            {
                yield return () =>
                {
                    var changes = new Changes();
                    life.Listed(id, some, listing, settings, changes);
                    return changes;
                };
            }

            var pending = jobs.FindAll(static job => job.Phase == JobPhase.Pending);
            yield return () =>
            {
                var changes = new Changes();
                life.Waiting(id, pending, cluster, settings, changes);
                return changes;
            };
        }

        yield return () => life.RaisesShown(listing);
        foreach (var step in Absent(life, listing, groups))
        {
            yield return step;
        }

        if (listing.User is null)
        {
            foreach (var step in Forgotten(life, listing))
            {
                yield return step;
            }
        }
    }

    private static Dictionary<HoldId, List<QueueJob>> Groups(IReadOnlyList<QueueJob> jobs, HoldId?[] ids)
    {
        var groups = new Dictionary<HoldId, List<QueueJob>>();
        for (var i = 0; i < ids.Length; i++)
        {
            if (ids[i] is { } id)
            {
                if (!groups.TryGetValue(id, out var group))
                {
                    groups[id] = group = new List<QueueJob>(1);
                }

                group.Add(jobs[i]);
            }
        }

        return groups;
    }

    // Small groups together.
    private static IEnumerable<List<KeyValuePair<HoldId, List<QueueJob>>>> Batches(Dictionary<HoldId, List<QueueJob>> groups)
    {
        var (batch, records) = (new List<KeyValuePair<HoldId, List<QueueJob>>>(), 0);
        foreach (var group in groups.Where(static group => group.Value.Count <= Step))
        {
            if (records + group.Value.Count > Step)
            {
                yield return batch;
                (batch, records) = ([], 0);
            }

            batch.Add(group);
            records += group.Value.Count;
        }

        if (batch.Count > 0)
        {
            yield return batch;
        }
    }

    // A hold that no listing shows was for a test run or a submission that Slurm itself refused; both look like any other
    // when they are made. Two listings must agree; where most holds would go at once, three.
    private static IEnumerable<Func<Changes>> Absent(JobLife life, QueueListing listing, Dictionary<HoldId, List<QueueJob>> seen)
    {
        IReadOnlyCollection<Hold> holds = [];
        yield return () =>
        {
            holds = [.. life.Book.Holds];
            return None;
        };
        var absent = holds
            .Where(hold => listing.User is not { } user || hold.Uid == user)
            .Where(hold => !seen.ContainsKey(hold.Id) && listing.Begun >= hold.Submitted + JobLife.ShownAfter)
            .ToList();
        var needed = listing.User is null && absent.Count > 10 && absent.Count > holds.Count / 2 ? 3 : 2;
        foreach (var some in absent.Chunk(Step))
        {
            yield return () => life.NotListed(some, needed);
        }
    }

    // So that a job id may come round again.
    private static IEnumerable<Func<Changes>> Forgotten(JobLife life, QueueListing listing)
    {
        IReadOnlyCollection<uint> known = [];
        yield return () =>
        {
            known = life.Book.JobsWithHold();
            return None;
        };
        var listed = listing
            .Jobs.Select(static job => job.JobId)
            .Concat(listing.Jobs.Select(static job => job.ArrayJobId ?? 0))
            .ToHashSet();
        var gone = known.Where(job => !listed.Contains(job)).ToHashSet();
        if (gone.Count > 0)
        {
            yield return () =>
            {
                life.Book.ForgetJobs(gone, listing.Begun - RememberedFor);
                return None;
            };
        }
    }
}
