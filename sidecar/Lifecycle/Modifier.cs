using SlurmBanking.BankConfig;
using SlurmBanking.Sidecar.ClusterView;
using SlurmBanking.Sidecar.Messages;
using SlurmBanking.Sidecar.Pricing;
using SlurmBanking.Terms;

namespace SlurmBanking.Sidecar.Lifecycle;

/// <summary>Prices a change of a job that waits or runs (scontrol update). Pure.</summary>
internal static class Modifier
{
    // Each change that costs more doubles what a job may ask for, until the queue shows what came of it.
    private const int RequestsAtMost = 64;

    /// <param name="job">Which records of which job, as Slurm was asked.</param>
    /// <param name="mark">The hold that Slurm's record of the job names; null when it names none, or can't be read.</param>
    /// <param name="wanted">What is to change; null, "" and empty lists stay as they are.</param>
    /// <param name="book">What the job holds and has been charged.</param>
    /// <param name="raises">What is held for changes that the queue does not show yet.</param>
    /// <param name="cluster">Its partitions and nodes.</param>
    /// <param name="settings">In force.</param>
    /// <returns>Null for a job that is not known.</returns>
    public static Consequence? Consider(
        string job,
        HoldId? mark,
        JobRequest wanted,
        Book book,
        Raises raises,
        ClusterSnapshot cluster,
        BankSettings settings
    )
    {
        var marked = mark is { } id && book.Find(id) is { } hold && hold.Uid == wanted.Uid ? hold : null;
        if (!JobSelector.TryParse(job, out var selector) && !TryFind(mark, marked, book, out selector))
        {
            return null;
        }

        var runs = RunsOf(selector, book);
        var holds = HoldsOf(selector, runs.Count, book);
        if (holds.Count + runs.Count > 0)
        {
            return Sum(job, wanted, holds, runs, raises, cluster, settings);
        }

        // Slurm itself will say that there is nothing left to change.
        if (book.HoldOfJob(selector.Job) is not null)
        {
            return new Consequence(job, "", "", default, default, "", []);
        }

        // Changed within moments of its submission: only its mark tells, until the queue shows its number.
        return marked is { JobId: null } && book.AskedBy(marked.Id) is { } asked
            ? Sum(job, wanted, [(marked, asked, Math.Min(selector.Count, marked.Tasks))], [], raises, cluster, settings)
            : null;
    }

    // Called by the SLUID that Slurm 26.05 has beside the number: its mark tells which job it is, if that is a single one.
    private static bool TryFind(HoldId? mark, Hold? marked, Book book, out JobSelector selector)
    {
        selector = new JobSelector(marked?.JobId ?? 0);
        if (marked is { Tasks: > 0 } or { Elsewhere: not null })
        {
            return marked is { Tasks: 1, Elsewhere: null } && book.AskedBy(marked.Id) is { Records.Count: <= 1 };
        }

        var runs = book.Runs.Where(run => run.Key.Hold == mark && IsActive(run)).Take(2).ToList();
        selector = runs is [var run] ? new JobSelector(run.Key.JobId) : selector;
        return runs.Count == 1;
    }

    private static Consequence Sum(
        string job,
        JobRequest wanted,
        List<(Hold Hold, Asked Asked, long Tasks)> holds,
        List<Run> runs,
        Raises raises,
        ClusterSnapshot cluster,
        BankSettings settings
    )
    {
        var changes = new List<Change>();
        var unseen = false;
        foreach (var (hold, asked, tasks) in holds)
        {
            // Which of its tasks are meant, and so who would pay, is not kept.
            if (hold.Elsewhere is not null || raises.Move(hold))
            {
                return new Consequence(job, hold.Account, hold.Partition, default, default, "", [], Refusals.SeveralAccounts(job));
            }

            // Slurm may have made any of the changes that the queue does not show yet.
            var requests = raises
                .Requests(hold.Id)
                .Prepend(asked.Request)
                .Select(request => request.Amended(wanted) with { ArrayTasks = Math.Max(1, tasks) })
                .ToList();
            if (requests.Count > RequestsAtMost)
            {
                return new Consequence(job, hold.Account, hold.Partition, default, default, "", [], Refusals.ChangeUnseen(job));
            }

            var quotes = requests.ConvertAll(request => (Request: request, Quote: Quoter.Quote(request, cluster, settings)));
            if (quotes.Select(static pair => pair.Quote).OfType<Quote.Refused>().FirstOrDefault() is { } refused)
            {
                return new Consequence(job, hold.Account, hold.Partition, default, default, "", [], refused.Reason);
            }

            unseen |= requests.Count > 1;
            var ofHold = quotes
                .Select(static pair => (pair.Request, Quote: (Quote.Priced)pair.Quote))
                .GroupBy(pair => AccountFor(pair.Request, pair.Quote, settings), static pair => pair.Quote)
                .Select(group => OfHold(job, hold, group.Key, group.MaxBy(static quote => quote.Total)!, raises))
                .OrderByDescending(static change => change.After)
                .ToList();

            // It will be one of these.
            changes.Add(ofHold[0] with { Expected = ofHold[0].Expected with { Requests = requests } });
            changes.AddRange(ofHold.Skip(1).Select(static change => change with { After = ServiceUnits.Zero }));
        }

        changes.AddRange(runs.Select(run => OfRun(job, run, wanted, raises, settings)));
        var dearest = changes.MaxBy(static change => change.After)!;
        var raised = changes.FindAll(static change => change.Expected.More > ServiceUnits.Zero);
        if (raised.Exists(change => change.Expected.Account != raised[0].Expected.Account))
        {
            var why = unseen ? Refusals.ChangeUnseen(job) : Refusals.SeveralAccounts(job);
            return new Consequence(job, dearest.Expected.Account, dearest.Partition, default, default, "", [], why);
        }

        return new Consequence(
            job,
            raised.Count > 0 ? raised[0].Expected.Account : dearest.Expected.Account,
            dearest.Partition,
            Add(changes.Select(static change => change.After)),
            Add(changes.Select(static change => change.Expected.More)),
            dearest.How,
            [.. changes.Select(static change => change.Expected)]
        );
    }

    private static string AccountFor(JobRequest request, Quote.Priced quote, BankSettings settings) =>
        request.Account.Length > 0 ? request.Account : settings.PolicyFor(quote.Partition).DefaultAccount;

    private static Change OfHold(string job, Hold hold, string account, Quote.Priced quote, Raises raises)
    {
        var moves = account != hold.Account;
        var raised = raises.Of(job, hold.Id, null, account);
        var difference = Positive(quote.Total - (moves ? ServiceUnits.Zero : hold.AmountOf(quote.Tasks)));
        var more = Positive(difference - raised);
        var amount = hold.AmountOn(account) + raised + more;
        return new Change(
            quote.Partition,
            quote.Total,
            quote.How,
            new Expected(hold.Id, null, account, amount, more, [], quote.Tasks < hold.Tasks)
        );
    }

    // Of a job that runs only the time limit has a price: it keeps the prices and the account with which it started.
    private static Change OfRun(string job, Run run, JobRequest wanted, Raises raises, BankSettings settings)
    {
        var limit = wanted.TimeUnlimited ? settings.PolicyFor(run.Partition).AssumedTimeLimit : wanted.TimeLimit;
        var tres = TresCounts.Parse(run.Tres);
        var topUp = limit is { } time ? run.TopUpFor(tres, time) : run.TopUp;
        var raised = raises.Of(job, run.Key.Hold, run.Key, run.Account);
        var more = Positive(topUp - run.TopUp - raised);
        var how = limit is { } then ? $"{tres.Cpus} CPUs x {SlurmTime.Format(then)} x {run.Rates.Describe(tres)}" : "";
        var expected = new Expected(run.Key.Hold, run.Key, run.Account, run.TopUp + raised + more, more, []);
        return new Change(run.Partition, run.Estimate + topUp, how, expected);
    }

    // A record that is not called as its whole job is stands for one task of an array. What runs of the tasks meant does not wait.
    private static List<(Hold Hold, Asked Asked, long Tasks)> HoldsOf(JobSelector selector, long running, Book book)
    {
        var whole = book.HoldOfJob(selector.Job);
        var tasks =
            whole is null ? 1
            : selector.Tasks.Length == 0 ? long.MaxValue
            : selector.Count - running;
        return
        [
            .. (whole is { } id ? [id] : book.HoldsAsking(selector.Job))
                .Concat(whole is { } leader && book.AskedBy(leader)?.HetJobId == selector.Job ? book.HoldsOfHetJob(selector.Job) : [])
                .Distinct()
                .Select(id => (Hold: book.Find(id), Asked: book.AskedBy(id)))
                .Where(static pair => pair is { Hold: not null, Asked: not null })
                .Where(pair => selector.Component is not { } component || pair.Asked!.Component == component)
                .Where(_ => tasks > 0)
                .Select(pair => (pair.Hold!, pair.Asked!, Math.Min(tasks, pair.Hold!.Tasks))),
        ];
    }

    private static List<Run> RunsOf(JobSelector selector, Book book) =>
        [
            .. book.Runs.Where(run =>
                IsActive(run)
                && selector.Component is null or 0
                && (run.Key.JobId == selector.Job || run.ArrayJobId == selector.Job)
                && selector.Means(run.Task)
            ),
        ];

    private static bool IsActive(Run run) => run.State is RunState.Charging or RunState.Charged;

    private static ServiceUnits Add(IEnumerable<ServiceUnits> amounts) => amounts.Aggregate(ServiceUnits.Zero, static (a, b) => a + b);

    private static ServiceUnits Positive(ServiceUnits amount) => amount > ServiceUnits.Zero ? amount : ServiceUnits.Zero;

    private sealed record Change(string Partition, ServiceUnits After, string How, Expected Expected);
}
