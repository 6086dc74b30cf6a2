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
internal sealed class JobLife(Book book, DateTimeOffset installed, Func<DateTimeOffset, BankSettings>? inForceAt = null)
{
    /// <summary>A submission that Slurm has accepted shows in a listing begun this much later.</summary>
    public static readonly TimeSpan ShownAfter = TimeSpan.FromSeconds(3);

    // Slurm forgets jobs after MinJobAge (300 s by default); reports of the same end come within moments.
    private static readonly TimeSpan RememberedFor = TimeSpan.FromMinutes(10);

    public Book Book => book;

    /// <summary>A submission was accepted.</summary>
    public Changes Held(Hold hold)
    {
        var changes = new Changes();
        Put(hold, changes);
        return changes;
    }

    /// <summary>A run ended, or a pending job did (no CPUs were allocated).</summary>
    /// <param name="facts">What is known of it.</param>
    /// <param name="doubtful">Said so long ago that another sidecar may have settled the run since.</param>
    /// <param name="settings">In force.</param>
    public Changes Ended(RunFacts facts, bool doubtful, BankSettings settings)
    {
        var changes = new Changes();
        var id = facts.Mark?.Id ?? book.HoldOfJob(facts.ArrayJobId ?? facts.JobId) ?? IdOf(facts);
        if (facts.Tres.Cpus > 0)
        {
            Settle(id, facts, doubtful, settings, changes);
        }
        else if (facts.ArrayJobId is null && book.Find(id) is { } hold)
        {
            // Of an array the listing knows how many tasks are left: one may have counted this one out already.
            Release(hold, changes);
        }

        return changes;
    }

    /// <summary>The queue as it is: binds, adopts, charges, settles, re-prices and releases whatever no plugin reported.</summary>
    public Changes Listed(QueueListing listing, ClusterSnapshot cluster, BankSettings settings)
    {
        var changes = new Changes();
        var seen = new HashSet<HoldId>();
        foreach (var jobs in listing.Jobs.Where(IsOurs).GroupBy(IdOf).ToList())
        {
            seen.Add(jobs.Key);
            foreach (var job in jobs.Where(static job => job.Phase == JobPhase.Started))
            {
                Reopen(jobs.Key, FactsOf(job), settings, changes);
                Charge(jobs.Key, FactsOf(job), settings, changes);
            }

            foreach (var job in jobs.Where(static job => job is { Phase: JobPhase.Ended, NeverRan: false }))
            {
                Correct(jobs.Key, FactsOf(job), settings, changes);
                Settle(jobs.Key, FactsOf(job), IsNews(jobs.Key, job), settings, changes);
            }

            foreach (var job in jobs)
            {
                SettleSuperseded(jobs.Key, job, listing, settings, changes);
            }

            HoldPending(
                jobs.Key,
                [.. jobs.Where(job => job.Phase == JobPhase.Pending && !IsStale(jobs.Key, job))],
                cluster,
                settings,
                changes
            );
        }

        ReleaseAbsent(listing, seen, changes);
        if (listing.User is null)
        {
            Forget(listing);
        }

        return changes;
    }

    /// <inheritdoc cref="Recollection.Missing"/>
    public IReadOnlyList<uint> Missing(QueueListing listing) =>
        Recollection.Missing(book, listing with { Jobs = [.. listing.Jobs.Where(IsOurs)] }, listing.Begun - ShownAfter);

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
    public (Changes Changes, Run Run, ServiceUnits Booked)? Delivered(RunKey key, DeliveryKind kind, bool parked, DateTimeOffset now)
    {
        if (book.Find(key) is not { } run)
        {
            return null;
        }

        var changes = new Changes();
        ServiceUnits booked;
        if (kind == DeliveryKind.Charge)
        {
            booked = run.Estimate;
            run = run with
            {
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

    private static RunFacts FactsOf(QueueJob job) =>
        new()
        {
            JobId = job.JobId,
            ArrayJobId = job.ArrayJobId,
            Restart = job.RestartCount,
            Uid = job.Uid,
            Account = job.Account,
            Partition = job.Partition,
            Qos = job.Qos,
            State = job.State,
            Mark = job.Mark,
            Submit = job.SubmitTime,
            Start = job.StartTime,
            End = job.EndTime,
            Elapsed = job.Elapsed,
            TimeLimit = job.TimeLimit,
            Nodes = job.Nodes,
            Tres = job.Tres,
        };

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
        var id = IdOf(FactsOf(job));
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

    // The listing was begun before a report of this run's end came in.
    private bool IsStale(HoldId id, QueueJob job) =>
        book.Find(new RunKey(id, job.JobId, job.RestartCount)) is not null && job.ArrayJobId is null;

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

    private static void AddCharge(Run run, RunFacts facts, BankSettings settings, Changes changes)
    {
        var record = BankRecord.Charge(facts, run, LimitOf(facts, settings), settings.Sidecar);
        changes.Deliveries.Add(new Delivery(run.Key, run.Account, DeliveryKind.Charge, record));
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
        if (InDoubt(id, facts) is { } run && run.Actual != CostOf(facts, run, settings))
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
            Closed = null,
            Tres = facts.Tres.ToString(),
        };
        Put(run, changes);
        changes.Withdrawn.Add(run.Key);
        return run;
    }

    private bool IsNews(HoldId id, QueueJob job) => book.Find(new RunKey(id, job.JobId, job.RestartCount)) is null;

    private void Settle(HoldId id, RunFacts facts, bool doubtful, BankSettings settings, Changes changes)
    {
        var key = new RunKey(id, facts.JobId, facts.Restart);
        var known = book.Find(key);
        if (known is { State: RunState.Settling or RunState.Settled } || (known ?? Open(key, facts, settings, changes)) is not { } run)
        {
            return;
        }

        // The record first: a run is never settled here without one. Of a long backlog only what is needed stays in memory.
        run = run with
        {
            State = RunState.Settling,
            Actual = CostOf(facts, run, settings),
            Term = doubtful ? book.Term - 1 : book.Term,
            Tres = "",
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
    // job was queued again: the next run's time of submission, or the one that the queue shows now.
    private void SettleSuperseded(HoldId id, QueueJob job, QueueListing listing, BankSettings settings, Changes changes)
    {
        if (job.SubmitTime is not { } queued || listing.Begun < queued + listing.ReportedWithin)
        {
            return;
        }

        for (var restart = 0u; restart < job.RestartCount; restart++)
        {
            if (book.Find(new RunKey(id, job.JobId, restart)) is { State: RunState.Charging or RunState.Charged } run)
            {
                var end = book.Find(new RunKey(id, job.JobId, restart + 1))?.Submit ?? queued;
                Settle(id, RequeuedAt(end, run, FactsOf(job)), doubtful: false, settings, changes);
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
        return new Run
        {
            Key = key,
            ArrayJobId = facts.ArrayJobId,
            Submit = facts.Submit,
            Start = facts.Start,
            Tres = facts.Tres.ToString(),
            Account = account,
            Uid = facts.Uid,
            Partition = facts.Partition,
            State = RunState.Charging,
            LetIn = hold?.LetIn ?? facts.Mark?.Amount is null,
            Rates = rates,
            Estimate = rates.TryCost(facts.Tres, LimitOf(facts, settings), out var estimate) ? estimate : ServiceUnits.Max,
        };
    }

    private static ServiceUnits CostOf(RunFacts facts, Run run, BankSettings settings)
    {
        if (settings.PolicyFor(run.Partition).RefundStates.Contains(facts.State, StringComparer.Ordinal))
        {
            return ServiceUnits.Zero;
        }

        return run.Rates.TryCost(facts.Tres, facts.Elapsed, out var cost) ? cost : ServiceUnits.Max;
    }

    private static TimeSpan LimitOf(RunFacts facts, BankSettings settings) =>
        facts.TimeLimit ?? settings.PolicyFor(facts.Partition).AssumedTimeLimit;

    private static string AccountOf(string named, Hold? hold, PolicySettings policy) =>
        named.Length > 0 ? named
        : hold is { Account.Length: > 0 } ? hold.Account
        : policy.DefaultAccount;

    // One task of the hold has become a run, which from now on is what is outstanding.
    private void StartTask(HoldId id, Changes changes)
    {
        if (book.Find(id) is not { } hold)
        {
            return;
        }

        if (hold.Tasks <= 1)
        {
            Release(hold with { Tasks = 0 }, changes);
        }
        else
        {
            Put(hold with { Tasks = hold.Tasks - 1 }, changes);
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

        // Records of one hold differ only in their tasks; the dearest counts if somebody changed one.
        var dearest = pending
            .Select(job => Quoter.Quote(job.ToRequest(), cluster, settings))
            .OfType<Quote.Priced>()
            .MaxBy(static quote => quote.Unit);
        var job = pending[0];
        var hold = new Hold
        {
            Id = id,
            Account = AccountOf(job.Account, known, settings.PolicyFor(job.Partition)),
            Uid = job.Uid,
            Partition = dearest?.Partition ?? job.Partition,
            Qos = job.Qos,
            Unit = dearest?.Unit ?? known?.Unit ?? ServiceUnits.Zero,
            Tasks = pending.Sum(static record => record.Tasks),
            Submitted = known?.Submitted ?? job.SubmitTime ?? DateTimeOffset.UnixEpoch,
            JobId = job.ArrayJobId ?? job.JobId,
            LetIn = known?.LetIn ?? job.Mark?.Amount is null,
        };
        if (hold != known)
        {
            Put(hold, changes);
        }
    }

    // A hold that no listing shows was for a test run or a submission that Slurm itself refused; both look like any other
    // when they are made. Two listings must agree; where most holds would go at once, three.
    private void ReleaseAbsent(QueueListing listing, HashSet<HoldId> seen, Changes changes)
    {
        var absent = book
            .Holds.Where(hold => listing.User is not { } user || hold.Uid == user)
            .Where(hold => !seen.Contains(hold.Id) && listing.Begun >= hold.Submitted + ShownAfter)
            .ToList();
        var needed = listing.User is null && absent.Count > 10 && absent.Count > book.Holds.Count / 2 ? 3 : 2;
        foreach (var hold in absent)
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
    }

    private void Forget(QueueListing listing)
    {
        var listed = listing.Jobs.SelectMany(static job => new[] { job.JobId, job.ArrayJobId ?? job.JobId }).ToHashSet();
        book.ForgetJobs(listed, listing.Begun - RememberedFor);
    }

    private void Put(Hold hold, Changes changes)
    {
        book.Put(hold);
        changes.Put(hold);
    }

    private void Put(Run run, Changes changes)
    {
        book.Put(run);
        changes.Runs.Add(run);
    }

    private void Release(Hold hold, Changes changes)
    {
        book.Remove(hold.Id);
        changes.Release(hold);
    }
}
