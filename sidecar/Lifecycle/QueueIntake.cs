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

    private const int CheapStep = 1024;

    // Slurm forgets jobs after MinJobAge (300 s by default); reports of the same end come within moments.
    private static readonly TimeSpan RememberedFor = TimeSpan.FromMinutes(10);

    private static readonly Changes None = new();

    private static readonly Comparer<(HoldId Hold, int Place)> ByHold = Comparer<(HoldId Hold, int Place)>.Create(
        static (one, other) => one.Hold == other.Hold ? one.Place - other.Place : one.Hold.Value.CompareTo(other.Hold.Value)
    );

    /// <summary>
    /// Binds, adopts, charges, settles, re-prices and releases whatever no plugin reported. Each function belongs under the lock of
    /// the book; what is computed between two of them needs none.
    /// </summary>
    public static IEnumerable<Func<Changes>> Steps(JobLife life, QueueListing listing, ClusterSnapshot cluster, BankSettings settings)
    {
        // Sorted, and not put into a table of lists: hundreds of thousands of small objects would be for the collector to move about.
        var found = new List<(HoldId Hold, int Place)>(listing.Keys.Count);
        for (var from = 0; from < listing.Keys.Count; from += CheapStep)
        {
            var (first, end) = (from, Math.Min(from + CheapStep, listing.Keys.Count));
            yield return () =>
            {
                for (var place = first; place < end; place++)
                {
                    if ((life.Known(listing.Keys[place]) ?? life.Recognised(listing.Read(place))) is { } id)
                    {
                        found.Add((id, place));
                    }
                }

                return None;
            };
        }

        found.Sort(ByHold);
        var (some, records) = (new List<(HoldId, List<QueueJob>)>(), 0);
        foreach (var group in Groups(found))
        {
            var jobs = group.ConvertAll(one => listing.Read(one.Place));
            if (jobs.Count > Step)
            {
                foreach (var step in Large(life, group[0].Hold, jobs, listing, cluster, settings))
                {
                    yield return step;
                }

                continue;
            }

            if (records + jobs.Count > Step)
            {
                yield return Small(life, some, listing, cluster, settings);
                (some, records) = ([], 0);
            }

            some.Add((group[0].Hold, jobs));
            records += jobs.Count;
        }

        yield return Small(life, some, listing, cluster, settings);
        yield return () => life.RaisesShown(listing);
        foreach (var step in Absent(life, listing, found))
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

    private static IEnumerable<List<(HoldId Hold, int Place)>> Groups(List<(HoldId Hold, int Place)> found)
    {
        for (int from = 0, to; from < found.Count; from = to)
        {
            for (to = from + 1; to < found.Count && found[to].Hold == found[from].Hold; to++) { }

            yield return found[from..to];
        }
    }

    private static Func<Changes> Small(
        JobLife life,
        List<(HoldId Hold, List<QueueJob> Jobs)> groups,
        QueueListing listing,
        ClusterSnapshot cluster,
        BankSettings settings
    ) =>
        () =>
        {
            var changes = new Changes();
            foreach (var (id, jobs) in groups)
            {
                life.Listed(id, jobs, listing, settings, changes);
                life.Waiting(id, jobs, cluster, settings, changes);
            }

            return changes;
        };

    private static IEnumerable<Func<Changes>> Large(
        JobLife life,
        HoldId id,
        List<QueueJob> jobs,
        QueueListing listing,
        ClusterSnapshot cluster,
        BankSettings settings
    )
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

        var pending = jobs.FindAll(static job => job.MayWait);
        yield return () =>
        {
            var changes = new Changes();
            life.Waiting(id, pending, cluster, settings, changes);
            return changes;
        };
    }

    // A hold that no listing shows was for a test run or a submission that Slurm itself refused; both look like any other
    // when they are made. Two listings must agree; where most holds would go at once, three.
    private static IEnumerable<Func<Changes>> Absent(JobLife life, QueueListing listing, List<(HoldId, int)> found)
    {
        Hold[] holds = [];
        yield return () =>
        {
            holds = life.Book.Holds.ToArray();
            return None;
        };
        var absent = holds
            .Where(hold => listing.User is not { } user || hold.Uid == user)
            .Where(hold => !Shows(found, hold.Id) && listing.Begun >= hold.Submitted + JobLife.ShownAfter)
            .ToList();
        var needed = listing.User is null && absent.Count > 10 && absent.Count > holds.Length / 2 ? 3 : 2;
        foreach (var some in absent.Chunk(Step))
        {
            yield return () => life.NotListed(some, needed);
        }
    }

    private static bool Shows(List<(HoldId Hold, int Place)> found, HoldId id)
    {
        var at = found.BinarySearch((id, 0), ByHold);
        at = at < 0 ? ~at : at;
        return at < found.Count && found[at].Hold == id;
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
        var listed = new JobIds();
        foreach (var key in listing.Keys)
        {
            listed.Add(key.JobId);
            listed.Add(key.Job);
        }

        foreach (var gone in known.Where(job => !listed.Contains(job)).Chunk(CheapStep))
        {
            yield return () =>
            {
                life.Book.ForgetJobs(gone, listing.Begun - RememberedFor);
                return None;
            };
        }
    }
}
