using System.Diagnostics.CodeAnalysis;
using SlurmBanking.BankApi;
using SlurmBanking.BankConfig;
using SlurmBanking.Sidecar.ClusterView;
using SlurmBanking.Sidecar.Pricing;
using SlurmBanking.Terms;

namespace SlurmBanking.Sidecar.Lifecycle;

/// <summary>
/// The life of jobs at the bank: held → charged → settled, held → released. Takes facts, whoever reports them and however
/// often, and gives the changes that follow; each transition happens once. Pure: no I/O, no clock. Not thread-safe.
/// </summary>
/// <param name="book">The state; changed here alone.</param>
/// <param name="installed">When this cluster's bank went into service: unknown jobs that ended before are none of its business.</param>
/// <param name="inForceAt">The configuration of a time: a job's prices are those of its start. Null: always the present one.</param>
internal sealed partial class JobLife(Book book, DateTimeOffset installed, Func<DateTimeOffset, BankSettings>? inForceAt = null)
{
    /// <summary>A submission, or a change, that Slurm has accepted shows in a listing begun this much later.</summary>
    public static readonly TimeSpan ShownAfter = TimeSpan.FromSeconds(3);

    public Book Book => book;

    /// <summary>A run ended or goes on with another allocation, or a pending job ended (no CPUs were allocated).</summary>
    /// <param name="facts">What is known of it.</param>
    /// <param name="doubtful">Said so long ago that another sidecar may have settled the run since.</param>
    /// <param name="settings">In force.</param>
    public Changes Ended(RunFacts facts, bool doubtful, BankSettings settings)
    {
        var changes = new Changes();
        var id = facts.Mark?.Id ?? book.HoldOfJob(facts.ArrayJobId ?? facts.JobId) ?? IdOf(facts);
        if (facts.Resizing)
        {
            Charge(id, facts, settings, changes);
            Allocate(id, facts, Allocations.Resized, changes);
        }
        else if (facts.Tres.Cpus > 0)
        {
            if (!IsBilledAsTheNext(id, facts))
            {
                Settle(id, facts, doubtful, settings, changes);
            }
        }
        else if (facts.ArrayJobId is null && book.Find(id) is { } hold)
        {
            // Of an array the listing knows how many tasks are left: one may have counted this one out already.
            Release(hold, changes);
        }

        return changes;
    }

    /// <summary>The hold of a record of the queue, if its mark or an earlier record of its job tells.</summary>
    public HoldId? Known(QueueKey record) => record.Hold ?? book.HoldOfJob(record.Job);

    /// <summary>The hold of a record of the queue; a job that never met our plugin is adopted. Null: none of our business.</summary>
    public HoldId? Recognised(QueueJob job) => IsOurs(job) ? IdOf(job) : null;

    /// <summary>Records of one hold as the queue has them: charges and settles whatever no plugin reported.</summary>
    public void Listed(HoldId id, IReadOnlyCollection<QueueJob> jobs, QueueListing listing, BankSettings settings, Changes changes)
    {
        // Those that go on first: of an array's tasks they are what is left of its hold.
        foreach (var job in jobs)
        {
            if (job.Phase == JobPhase.Started && !Waits(id, job))
            {
                var facts = job.ToFacts();
                Reopen(id, facts, settings, changes);
                Charge(id, facts, settings, changes);
                Allocate(id, facts, Allocations.Shown, changes);
                TopUp(id, facts, settings, changes);
            }
        }

        foreach (var job in jobs)
        {
            if (job is { Phase: JobPhase.Ended, NeverRan: false } && !ShowsEarlierRun(id, job, listing))
            {
                var facts = job.ToFacts();
                Correct(id, facts, settings, changes);
                Settle(id, facts, IsNews(id, job), settings, changes);
            }
        }

        foreach (var job in jobs)
        {
            SettleSuperseded(id, job, listing, settings, changes);
        }
    }

    /// <summary>What waits of a hold, by all of its records: binds it and prices it anew.</summary>
    public void Waiting(HoldId id, List<QueueJob> jobs, ClusterSnapshot cluster, BankSettings settings, Changes changes) =>
        HoldPending(id, jobs.FindAll(job => Waits(id, job)), cluster, settings, changes);

    /// <summary>Takes in what Slurm's accounting says of runs that are over.</summary>
    public Changes Recalled(IEnumerable<PastRun> past, BankSettings settings)
    {
        var changes = new Changes();
        foreach (var run in past.Where(static run => run.Facts is { Tres.Cpus: > 0, Start: not null, End: not null }))
        {
            var job = run.Facts.ArrayJobId ?? run.Facts.JobId;
            if (run.Facts.Mark is null && book.HoldOfJob(job) is null && run.Facts.End <= installed)
            {
                continue;
            }

            var id = run.Facts.Mark?.Id ?? book.HoldOfJob(job) ?? IdOf(run.Facts);
            var facts = run.Facts with { Restart = Recollection.RestartOf(book, id, run) };
            Settle(id, facts, book.Find(new RunKey(id, facts.JobId, facts.Restart)) is null, settings, changes);
        }

        return changes;
    }

    /// <summary>A run as it would be taken in if it were met now; null when no account pays for it. Changes nothing.</summary>
    public Run? Opened(RunKey key, RunFacts facts, BankSettings settings) => Open(key, facts, settings, new Changes());

    /// <summary>The bank is told what a run cost that is over, whatever it was told before.</summary>
    /// <param name="run">As it is settled.</param>
    /// <param name="record">For the bank.</param>
    /// <param name="seen">How far the run had come when the bank was asked: if it has come further since, nothing is told.</param>
    public Changes Retold(Run run, Job record, RunState? seen)
    {
        var changes = new Changes();
        if (seen == RunState.Settling || book.Find(run.Key)?.State != seen)
        {
            return changes;
        }

        Put(run, changes);
        changes.Deliveries.Add(new Delivery(run.Key, run.Account, DeliveryKind.Settle, record));
        if (seen is null)
        {
            StartTask(run.Key.Hold, changes);
        }

        return changes;
    }

    /// <summary>
    /// Another sidecar may have been at work until now: what waits to be settled is looked up before it is sent, and what the queue
    /// says otherwise of it, or of what is settled, counts.
    /// </summary>
    public Changes BeginTerm(long term)
    {
        book.Term = term;
        return new Changes { Term = term };
    }

    /// <summary>The bank has booked a delivery, or it was parked: then the bank will not book it, and a person has to look.</summary>
    /// <returns>The run as it is now, and what the bank's balance fell by; null for a run that is not known any more.</returns>
    public (Changes Changes, Run Run, ServiceUnits Booked)? Delivered(
        RunKey key,
        DeliveryKind kind,
        bool parked,
        DateTimeOffset now,
        ServiceUnits? stored = null
    )
    {
        if (book.Find(key) is not { } run)
        {
            return null;
        }

        var changes = new Changes();
        ServiceUnits booked;
        if (kind == DeliveryKind.Charge)
        {
            // Another sidecar charged it, by a time limit that was raised since: what that adds is held here.
            booked = stored ?? run.Estimate;
            run = run with
            {
                Estimate = booked,
                TopUp = run.Estimate + run.TopUp > booked ? run.Estimate + run.TopUp - booked : ServiceUnits.Zero,
                ChargeConfirmed = !parked,
                ChargeParked = parked,
                State = run.State == RunState.Charging ? RunState.Charged : run.State,
            };
        }
        else
        {
            booked = run.Outstanding;
            run = run with { State = RunState.Settled, Closed = now, Term = book.Term };
        }

        Put(run, changes);
        return (changes, run, parked ? ServiceUnits.Zero : booked);
    }

    // Without a mark and unknown, a job that ended before the bank went into service was never to be billed.
    private bool IsOurs(QueueJob job) =>
        job.Mark is not null
        || book.HoldOfJob(job.ArrayJobId ?? job.JobId) is not null
        || job.Phase != JobPhase.Ended
        || job.EndTime > installed;

    private HoldId IdOf(QueueJob job) => job.Mark?.Id ?? book.HoldOfJob(job.ArrayJobId ?? job.JobId) ?? Adopt(job);

    private static HoldId IdOf(RunFacts facts) =>
        HoldId.OfJob(facts.ArrayJobId ?? facts.JobId, facts.Submit ?? facts.Start ?? DateTimeOffset.UnixEpoch);

    // A job that never met our plugin gets a hold of its own at once, so that its array's records share it.
    private HoldId Adopt(QueueJob job)
    {
        var id = IdOf(job.ToFacts());
        book.Put(
            new Hold
            {
                Id = id,
                Account = job.Account,
                Uid = job.Uid,
                Partition = job.Partition,
                Unit = ServiceUnits.Zero,
                Tasks = 0,
                Submitted = job.SubmitTime ?? DateTimeOffset.UnixEpoch,
                JobId = job.ArrayJobId ?? job.JobId,
                LetIn = true,
            }
        );
        return id;
    }

    // A run that is known does not wait: the listing was begun before a report of its end came in, or the run is cleaned up after.
    private bool Waits(HoldId id, QueueJob job) =>
        job.MayWait && !(IsKnown(id, job.JobId, job.RestartCount, out _) && (job.ArrayJobId is null || job.Phase == JobPhase.Started));

    // Cancelled while its earlier run was cleaned up after: it ends with that run's nodes and times, and had no other. Of which run
    // these are a report of it, or accounting, may tell first.
    private bool ShowsEarlierRun(HoldId id, QueueJob job, QueueListing listing) =>
        job.RestartCount > 0
        && !IsKnown(id, job.JobId, job.RestartCount, out _)
        && (
            IsKnown(id, job.JobId, job.RestartCount - 1, out var earlier)
                ? earlier.Start == job.StartTime
                : listing.Begun < job.EndTime + listing.ReportedWithin
        );

    // Nothing told of it in time: then the queue's record of it was taken for the next run's.
    private bool IsBilledAsTheNext(HoldId id, RunFacts facts) =>
        !IsKnown(id, facts.JobId, facts.Restart, out _)
        && facts.Start is { } start
        && IsKnown(id, facts.JobId, facts.Restart + 1, out var next)
        && next.Start == start;

    private bool IsKnown(HoldId id, uint job, uint restart, [NotNullWhen(true)] out Run? run) =>
        (run = book.Find(new RunKey(id, job, restart))) is not null;

    private void Charge(HoldId id, RunFacts facts, BankSettings settings, Changes changes)
    {
        var key = new RunKey(id, facts.JobId, facts.Restart);
        if (book.Find(key) is not null || Open(key, facts, settings, changes) is not { } run)
        {
            return;
        }

        Put(run, changes);
        AddCharge(run, facts, settings, changes);
        StartTask(id, changes);
    }

    private void Allocate(HoldId id, RunFacts facts, Func<Run, RunFacts, Run> change, Changes changes)
    {
        var run = book.Find(new RunKey(id, facts.JobId, facts.Restart));
        if (run is { State: RunState.Charging or RunState.Charged } && change(run, facts) is var changed && changed != run)
        {
            Put(changed, changes);
        }
    }

    private static void AddCharge(Run run, RunFacts facts, BankSettings settings, Changes changes)
    {
        var record = BankRecord.Charge(facts, run, LimitOf(facts, settings), settings.Sidecar);
        changes.Deliveries.Add(new Delivery(run.Key, run.Account, DeliveryKind.Charge, record));
    }

    // Its time limit was raised, or it was given more: what it may cost now is held on top of what was charged.
    private void TopUp(HoldId id, RunFacts facts, BankSettings settings, Changes changes)
    {
        if (
            book.Find(new RunKey(id, facts.JobId, facts.Restart)) is { State: RunState.Charging or RunState.Charged } run
            && run.TopUpFor(facts.Tres, LimitOf(facts, settings)) is var topUp
            && topUp != run.TopUp
        )
        {
            Put(run with { TopUp = topUp }, changes);
        }
    }

    // The queue shows that a run goes on whose end was reported before another sidecar was at work.
    private void Reopen(HoldId id, RunFacts facts, BankSettings settings, Changes changes)
    {
        if (InDoubt(id, facts) is { } doubted && Withdraw(doubted, facts, changes) is { ChargeConfirmed: false } run)
        {
            AddCharge(run, facts, settings, changes);
        }
    }

    // The queue shows that such a run ended otherwise: a slurmctld that takes over goes by what the other one had saved.
    private void Correct(HoldId id, RunFacts facts, BankSettings settings, Changes changes)
    {
        if (InDoubt(id, facts) is { } run && run.Actual != Allocations.CostOf(facts, run, settings))
        {
            Withdraw(run, facts, changes);
        }
    }

    private Run? InDoubt(HoldId id, RunFacts facts) =>
        book.Find(new RunKey(id, facts.JobId, facts.Restart)) is { } run && book.IsOfEarlierTerm(run) ? run : null;

    private Run Withdraw(Run run, RunFacts facts, Changes changes)
    {
        run = run with
        {
            State = run.ChargeConfirmed ? RunState.Charged : RunState.Charging,
            Actual = null,
            Used = null,
            EndState = "",
            Closed = null,
            Tres = facts.Tres.ToString(),
        };
        Put(run, changes);
        changes.Withdrawn.Add(run.Key);
        return run;
    }

    private bool IsNews(HoldId id, QueueJob job) => !IsKnown(id, job.JobId, job.RestartCount, out _);

    private void Settle(HoldId id, RunFacts facts, bool doubtful, BankSettings settings, Changes changes)
    {
        var key = new RunKey(id, facts.JobId, facts.Restart);
        var known = book.Find(key);
        if (known is { State: RunState.Settling or RunState.Settled } || (known ?? Open(key, facts, settings, changes)) is not { } run)
        {
            return;
        }

        // The record first: a run is never settled here without one.
        var used = Allocations.Of(facts, run);
        run = run with
        {
            State = RunState.Settling,
            Actual = Allocations.CostOf(facts, run, settings),
            TopUp = ServiceUnits.Zero,
            Term = doubtful ? book.Term - 1 : book.Term,
            Tres = facts.Tres.ToString(),
            Before = used.Count > 1 ? used.SkipLast(1).ToList() : null,
            Used = used[^1].Time,
            EndState = facts.State,
        };
        var record = BankRecord.Settlement(facts, run, settings.Sidecar);
        Put(run, changes);
        changes.Deliveries.Add(new Delivery(key, run.Account, DeliveryKind.Settle, record));

        // Of a requeued task no listing may have shown that it waits: then it was not held again, and the hold is for others.
        if (known is null && (facts.ArrayJobId is null || facts.Restart == 0))
        {
            StartTask(id, changes);
        }
    }

    // A job that has been requeued is no longer in its earlier runs. If no report of such a run's end came, it ended when the
    // job was queued again: the next run's time of submission, or the one that the queue shows now, once it has been cleaned up after.
    private void SettleSuperseded(HoldId id, QueueJob job, QueueListing listing, BankSettings settings, Changes changes)
    {
        for (var restart = 0u; restart < job.RestartCount; restart++)
        {
            if (!IsKnown(id, job.JobId, restart, out var run) || run.State is not (RunState.Charging or RunState.Charged))
            {
                continue;
            }

            var shown = job.Phase != JobPhase.Pending && job.StartTime == run.Start;
            var end = shown ? job.EndTime : book.Find(new RunKey(id, job.JobId, restart + 1))?.Submit ?? job.SubmitTime;
            if (end is { } ended && !(ended < run.Start) && listing.Begun >= ended + listing.ReportedWithin)
            {
                Settle(id, RequeuedAt(ended, run, job.ToFacts()), doubtful: false, settings, changes);
            }
        }
    }

    private static RunFacts RequeuedAt(DateTimeOffset end, Run run, RunFacts job) =>
        job with
        {
            Restart = run.Key.Restart,
            Account = run.Account,
            Uid = run.Uid,
            Partition = run.Partition,
            State = "REQUEUED",
            Submit = run.Submit,
            Start = run.Start,
            End = end,
            Elapsed = run.Start is { } start && end > start ? end - start : TimeSpan.Zero,
            Nodes = "",
            Tres = TresCounts.Parse(run.Tres),
        };

    private Run? Open(RunKey key, RunFacts facts, BankSettings settings, Changes changes)
    {
        var hold = book.Find(key.Hold);
        var account = AccountOf(facts.Account, hold, settings.PolicyFor(facts.Partition));
        if (account.Length == 0)
        {
            changes.Unbillable.Add(facts.JobId);
            return null;
        }

        var pricing = inForceAt is not null && facts.Start is { } start ? inForceAt(start) : settings;
        var rates = Rates.For(pricing, facts.Partition, facts.Qos);
        var limit = LimitOf(facts, settings);
        return new Run
        {
            Key = key,
            ArrayJobId = facts.ArrayJobId,
            Task = facts.Task,
            Submit = facts.Submit,
            Start = facts.Start,
            Tres = facts.Tres.ToString(),
            Account = account,
            Uid = facts.Uid,
            Partition = facts.Partition,
            State = RunState.Charging,
            LetIn = hold?.LetIn ?? facts.Mark?.Amount is null,
            TraceRoot = hold?.TraceRoot,
            Rates = rates,
            Limit = limit,
            Estimate = rates.TryCost(facts.Tres, limit, out var estimate) ? estimate : ServiceUnits.Max,
        };
    }

    private static TimeSpan LimitOf(RunFacts facts, BankSettings settings) =>
        facts.TimeLimit ?? settings.PolicyFor(facts.Partition).AssumedTimeLimit;

    private static string AccountOf(string named, Hold? hold, PolicySettings policy) =>
        named.Length > 0 ? named
        : hold is { Account.Length: > 0 } ? hold.Account
        : policy.DefaultAccount;

    private void Put(Run run, Changes changes)
    {
        book.Put(run);
        changes.Runs.Add(run);
    }
}
