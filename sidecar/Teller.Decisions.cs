using SlurmBanking.BankConfig;
using SlurmBanking.Sidecar.Bank;
using SlurmBanking.Sidecar.ClusterView;
using SlurmBanking.Sidecar.Lifecycle;
using SlurmBanking.Sidecar.Messages;
using SlurmBanking.Sidecar.Outbox;
using SlurmBanking.Sidecar.Pricing;
using SlurmBanking.Sidecar.Telemetry;
using SlurmBanking.Terms;

namespace SlurmBanking.Sidecar;

/// <summary>What Slurm waits for: whether there is room for a job, or for a change of one.</summary>
internal sealed partial class Teller
{
    /// <summary>Decides a submission, and holds its amount when it is accepted.</summary>
    /// <returns>The decision, and the amount when there is a price.</returns>
    public (Decision Decision, ServiceUnits? Amount) Submit(HoldId id, JobRequest request)
    {
        var began = _time.GetTimestamp();
        using var span = JobTrace.Decide(id, request.Uid);
        Considered considered;
        using (_precedence.Decide())
        {
            considered = Consider(id, request);
        }

        var (decision, account, quote, observed) = considered;
        JobTrace.Decided(span, decision, observed, account, quote?.Total);
        _metrics.Decided("submit", decision, observed, _time.GetElapsedTime(began));
        _news.Decided(decision, observed, request.Uid, account);
        return (observed ? Decision.Accept(decision.Reason) : decision, quote?.Total);
    }

    /// <summary>Decides a change of a pending or running job, and holds what it costs beyond what is held.</summary>
    /// <param name="difference">Id of the hold of that.</param>
    /// <param name="job">Which records, as Slurm was asked.</param>
    /// <param name="mark">The hold that Slurm's record of the job names; null when it names none, or can't be read.</param>
    /// <param name="actorMay">Slurm takes such a change from whoever asks; of others the queue shows whether it did.</param>
    /// <param name="wanted">What is to change. Uid: whose job it is.</param>
    public Decision Modify(HoldId difference, string job, HoldId? mark, bool actorMay, JobRequest wanted)
    {
        var began = _time.GetTimestamp();
        Decision decision;
        Consequence? consequence;
        bool observed;
        using (_precedence.Decide())
        {
            (decision, consequence, observed) = Consider(difference, job, mark, actorMay, wanted);
        }

        _metrics.Decided("modify", decision, observed, _time.GetElapsedTime(began));
        _news.Decided(decision, observed, wanted.Uid, consequence?.Account ?? "");
        if (decision.Accepted || observed)
        {
            SweepWanted?.Invoke(wanted.Uid, actorMay ? Sweeper.AfterSubmission : Sweeper.AfterStart);
        }

        return observed ? Decision.Accept(decision.Reason) : decision;
    }

    private Considered Consider(HoldId id, JobRequest request)
    {
        if (_settings.Current.Settings is not { } settings)
        {
            return new Considered(Decision.Accept(DecisionReason.BankUnavailable), request.Account);
        }

        if (!settings.Enable.JobSubmit)
        {
            return new Considered(Decision.Accept(DecisionReason.Disabled), request.Account);
        }

        if (!_view.Ready)
        {
            // A job let in now is priced and held by the first sweep.
            var policy = request.Partitions is [var only] ? settings.PolicyFor(only) : settings.Policy;
            var decision = WithoutView(policy);
            return new Considered(decision, request.Account, Observed: Observes(decision, policy));
        }

        request = _view.Cluster.Complete(request);
        switch (Quoter.Quote(request, _view.Cluster, settings))
        {
            case Quote.Priced priced:
                return ConsiderPriced(id, request, priced, settings);
            case Quote.Refused refused:
                var decision = Unpriceable(refused);
                return new Considered(decision, request.Account, Observed: Observes(decision, settings.Policy));
            default:
                throw new InvalidOperationException("a quote is priced or refused");
        }
    }

    private Considered ConsiderPriced(HoldId id, JobRequest request, Quote.Priced quote, BankSettings settings)
    {
        var policy = settings.PolicyFor(quote.Partition);
        var account = request.Account.Length > 0 ? request.Account : policy.DefaultAccount;
        if (account.Length == 0)
        {
            var refused = Decision.Refuse(DecisionReason.NoAccount, Refusals.NoAccount);
            return new Considered(refused, account, Observed: Observes(refused, policy));
        }

        if (quote.Unpriced)
        {
            _news.Unpriced(quote.Partition);
        }

        WaitForHeadroom(account, request.Uid, settings.Sidecar.DecisionDeadline);
        Decision decision;
        bool observed;
        lock (_gate)
        {
            // Deciding and holding are one step: what is decided next sees this hold.
            decision = DecideLocked(quote, account, request.Uid, policy);
            observed = Observes(decision, policy);
            if (decision.Accepted || observed)
            {
                HoldLocked(id, request, account, quote, letIn: decision is { Accepted: true, Reason: not DecisionReason.Fits });
            }
            else
            {
                _headrooms.Need(account, request.Uid, quote.Total, _time.GetUtcNow());
            }
        }

        if (decision.Accepted || observed)
        {
            SweepWanted?.Invoke(request.Uid, Sweeper.AfterSubmission);
        }

        return new Considered(decision, account, quote, observed);
    }

    private Decision DecideLocked(IClaim claim, string account, uint uid, PolicySettings policy)
    {
        var now = _time.GetUtcNow();
        var headroom = _headrooms.Want(account, uid, now);
        var (ofAccount, ofUser) = (_life.Book.Of(account), _life.Book.Of(account, uid));
        DecisionReason? impediment =
            _journal.Room != JournalRoom.Ample ? DecisionReason.StateUnavailable
            : _health.Available && !_headrooms.HasLapsed(account, _time) ? null
            : DecisionReason.BankUnavailable;
        return Decider.Decide(claim, account, uid, headroom, ofAccount, ofUser, impediment, policy, now);
    }

    private void HoldLocked(HoldId id, JobRequest request, string account, Quote.Priced quote, bool letIn)
    {
        var hold = new Hold
        {
            Id = id,
            Account = account,
            Uid = request.Uid,
            Partition = quote.Partition,
            Qos = request.Qos,
            Unit = quote.Unit,
            Tasks = quote.Tasks,
            Submitted = _time.GetUtcNow(),
            LetIn = letIn,
            TraceRoot = JobTrace.Root,
        };
        _life.Held(hold, request);
        WriteHoldLocked(new HoldEntry(hold, quote, _logger));
    }

    private static bool Observes(Decision decision, PolicySettings policy) => !decision.Accepted && policy.Mode == PolicyMode.Observe;

    // After the first contact an account is answered from memory; only that first one waits, and all waits together have a budget.
    private void WaitForHeadroom(string account, uint uid, TimeSpan deadline)
    {
        TimeSpan left;
        lock (_gate)
        {
            var now = _time.GetUtcNow();
            left = _waits.Left(deadline, now);
            if (_headrooms.Want(account, uid, now) is not null)
            {
                _metrics.HeadroomLookedUp("hit");
                return;
            }

            if (!_health.Available || left <= TimeSpan.Zero)
            {
                _metrics.HeadroomLookedUp("miss");
                return;
            }
        }

        var began = _time.GetTimestamp();
        var read = _patience(ReadHeadroomAsync(account, uid), left);
        _metrics.HeadroomLookedUp(read ? "read" : "miss");
        lock (_gate)
        {
            _waits.Spend(_time.GetElapsedTime(began), _time.GetUtcNow());
        }
    }

    private (Decision Decision, Consequence? Consequence, bool Observed) Consider(
        HoldId difference,
        string job,
        HoldId? mark,
        bool actorMay,
        JobRequest wanted
    )
    {
        if (_settings.Current.Settings is not { } settings)
        {
            return (Decision.Accept(DecisionReason.BankUnavailable), null, false);
        }

        if (!settings.Enable.JobSubmit)
        {
            return (Decision.Accept(DecisionReason.Disabled), null, false);
        }

        if (!_view.Ready)
        {
            var blind = WithoutView(settings.Policy);
            return (blind, null, Observes(blind, settings.Policy));
        }

        Consequence? consequence = null;
        lock (_gate)
        {
            consequence = _life.Consider(job, mark, wanted, _view.Cluster, settings);
        }

        if (Refusal(job, consequence) is { } refused)
        {
            return (refused, consequence, Observes(refused, settings.Policy));
        }

        if (consequence!.More == ServiceUnits.Zero)
        {
            return (Decision.Accept(DecisionReason.Fits), consequence, false);
        }

        WaitForHeadroom(consequence.Account, wanted.Uid, settings.Sidecar.DecisionDeadline);
        var policy = settings.PolicyFor(consequence.Partition);
        lock (_gate)
        {
            var decision = DecideLocked(consequence, consequence.Account, wanted.Uid, policy);
            var observed = Observes(decision, policy);
            if (!decision.Accepted && !observed)
            {
                _headrooms.Need(consequence.Account, wanted.Uid, consequence.More, _time.GetUtcNow());
            }
            else if (actorMay)
            {
                RaiseLocked(difference, consequence, wanted.Uid);
            }

            return (decision, consequence, observed);
        }
    }

    private static Decision? Refusal(string job, Consequence? consequence) =>
        consequence switch
        {
            // Let in unchecked moments ago; or several jobs by the SLUID of one of them.
            null => Decision.Refuse(DecisionReason.UnknownJob, Refusals.UnknownJob(job)),
            { Account.Length: 0 } when consequence.More > ServiceUnits.Zero => Decision.Refuse(
                DecisionReason.NoAccount,
                Refusals.NoAccount
            ),
            { Refusal: { } reason } => Decision.Refuse(DecisionReason.Unpriceable, Refusals.ChangeUnpriceable(reason)),
            _ => null,
        };

    private void RaiseLocked(HoldId id, Consequence consequence, uint uid)
    {
        var hold = new Hold
        {
            Id = id,
            Account = consequence.Account,
            Uid = uid,
            Partition = consequence.Partition,
            Unit = consequence.More,
            Tasks = 1,
            Submitted = _time.GetUtcNow(),
        };
        _life.Raised(hold, consequence);
        WriteHoldLocked(new RaiseEntry(hold, consequence, _logger));
    }

    // The queue says the same, by the job's mark or by what it shows of a change: this need not be durable at once, or at all while
    // room is short. It is logged when it is.
    private void WriteHoldLocked(IJournalEntry entry)
    {
        if (_journal.Room == JournalRoom.Ample)
        {
            _journal.WriteSoon(entry);
        }
        else
        {
            entry.Committed();
        }
    }

    private static Decision WithoutView(PolicySettings policy) =>
        policy.WhenBankUnavailable == OutagePolicy.Allow
            ? Decision.Accept(DecisionReason.ViewUnavailable)
            : Decision.Refuse(DecisionReason.ViewUnavailable, Refusals.PartitionsUnknown);

    private readonly record struct Considered(Decision Decision, string Account, Quote.Priced? Quote = null, bool Observed = false);
}
