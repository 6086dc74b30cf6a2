using SlurmBanking.BankConfig;
using SlurmBanking.Sidecar.ClusterView;
using SlurmBanking.Sidecar.Pricing;
using SlurmBanking.Terms;

namespace SlurmBanking.Sidecar.Lifecycle;

/// <summary>Jobs that wait: what is held for them, as submissions, changes and the queue have it.</summary>
internal sealed partial class JobLife
{
    private readonly Raises _raises = new();

    /// <summary>A submission was accepted. Nothing has changed but that this is held.</summary>
    public void Held(Hold hold, JobRequest request)
    {
        book.Put(hold);
        book.Ask(hold.Id, new Asked(request, []));
    }

    /// <inheritdoc cref="Modifier.Consider"/>
    public Consequence? Consider(string job, HoldId? mark, JobRequest wanted, ClusterSnapshot cluster, BankSettings settings) =>
        Modifier.Consider(job, mark, wanted, book, _raises, cluster, settings);

    /// <summary>A change was accepted that costs more: the difference is held until the queue shows it.</summary>
    public void Raised(Hold difference, Consequence consequence)
    {
        book.Put(difference);
        _raises.Add(difference.Id, consequence.Job, consequence.Expected);
    }

    /// <summary>Differences that are held twice: the queue has shown the changes themselves.</summary>
    public Changes RaisesShown(QueueListing listing)
    {
        var changes = new Changes();
        foreach (var difference in _raises.Shown(book, listing))
        {
            ReleaseUsedUp(difference, changes);
        }

        return changes;
    }

    /// <summary>Holds that a listing does not show.</summary>
    /// <param name="absent">As they were when it was compared; one that has changed since is left alone.</param>
    /// <param name="needed">Listings in a row that must not have shown it.</param>
    public Changes NotListed(IEnumerable<Hold> absent, int needed)
    {
        var changes = new Changes();
        foreach (var hold in absent.Where(hold => ReferenceEquals(book.Find(hold.Id), hold)))
        {
            if (hold.Absences + 1 >= needed)
            {
                Release(hold, changes);
            }
            else
            {
                Put(hold with { Absences = hold.Absences + 1 }, changes);
            }
        }

        return changes;
    }

    // One task of the hold has become a run, which from now on is what is outstanding.
    private void StartTask(HoldId id, Changes changes)
    {
        if (book.Find(id) is not { } hold)
        {
            return;
        }

        // What is held on other accounts is for tasks that still wait.
        if (hold is { Tasks: <= 1, Elsewhere: null })
        {
            ReleaseUsedUp(id, changes);
        }
        else
        {
            Put(hold with { Tasks = Math.Max(0, hold.Tasks - 1) }, changes);
        }
    }

    // Nobody is told: what it was for is held, or charged, otherwise.
    private void ReleaseUsedUp(HoldId id, Changes changes)
    {
        if (book.Find(id) is { } hold)
        {
            Release(hold with { Tasks = 0, Extra = ServiceUnits.Zero }, changes);
        }
    }

    private void HoldPending(HoldId id, List<QueueJob> pending, ClusterSnapshot cluster, BankSettings settings, Changes changes)
    {
        var known = book.Find(id);
        if (pending.Count == 0)
        {
            if (known is not null)
            {
                Release(known, changes);
            }

            return;
        }

        // Records of one hold differ only in their tasks, unless somebody changed some of them, or moved them to another account.
        var last = book.AskedBy(id);
        JobRequest RequestOf(QueueJob record) =>
            record.ToRequest(
                record.MaxNodesImplied
                    ? _raises.Requests(id).Append(last?.Request).FirstOrDefault(request => request?.MaxNodes == record.MaxNodes)
                    : null
            );
        string AccountFor(QueueJob record) => AccountOf(record.Account, known, settings.PolicyFor(record.Partition));
        var quotes = new List<(QueueJob Job, JobRequest Request, Quote.Priced Quote)>(pending.Count);
        foreach (var record in pending)
        {
            var request = RequestOf(record);
            if (Quoter.Quote(request, cluster, settings) is Quote.Priced priced)
            {
                quotes.Add((record, request, priced));
            }
        }

        var (job, asking, dearest) =
            quotes.Count > 0 ? quotes.MaxBy(static one => one.Quote.Unit) : (pending[0], RequestOf(pending[0]), null);
        var account = AccountFor(job);
        var here = quotes.FindAll(one => AccountFor(one.Job) == account);
        var elsewhere =
            here.Count == quotes.Count
                ? []
                : quotes
                    .Where(one => AccountFor(one.Job) != account)
                    .GroupBy(one => AccountFor(one.Job), one => one.Quote.Unit * one.Job.Tasks)
                    .Select(static amounts => new Share(amounts.Key, Sum(amounts)))
                    .ToList();
        var unit = here.Count > 0 ? here.Min(static pair => pair.Quote.Unit) : known?.Unit ?? ServiceUnits.Zero;
        var hold = new Hold
        {
            Id = id,
            Account = account,
            Uid = job.Uid,
            Partition = dearest?.Partition ?? job.Partition,
            Qos = job.Qos,
            Unit = unit,
            Extra = Sum(here.Select(pair => (pair.Quote.Unit - unit) * pair.Job.Tasks)),
            Elsewhere = elsewhere.Count > 0 ? elsewhere : null,
            Tasks = pending.Sum(record => AccountFor(record) == account ? record.Tasks : 0),
            Submitted = known?.Submitted ?? job.SubmitTime ?? DateTimeOffset.UnixEpoch,
            JobId = job.ArrayJobId ?? job.JobId,
            LetIn = known?.LetIn ?? job.Mark?.Amount is null,
            TraceRoot = known?.TraceRoot,
        };
        if (hold != known)
        {
            Put(hold, changes);
        }

        var asked = new Asked(asking, pending.ConvertAll(static record => record.JobId), job.HetJobId, job.Component);
        if (last is null || !asked.Says(last))
        {
            book.Ask(id, asked);
        }
    }

    private static ServiceUnits Sum(IEnumerable<ServiceUnits> amounts) => amounts.Aggregate(ServiceUnits.Zero, static (a, b) => a + b);

    private void Put(Hold hold, Changes changes)
    {
        book.Put(hold);
        changes.Put(hold);
    }

    private void Release(Hold hold, Changes changes)
    {
        book.Remove(hold.Id);
        _raises.Remove(hold.Id);
        changes.Release(hold);
    }
}
