using SlurmBanking.BankConfig;
using SlurmBanking.Sidecar.Bank;
using SlurmBanking.Sidecar.ClusterView;
using SlurmBanking.Sidecar.Configuration;
using SlurmBanking.Sidecar.Lifecycle;
using SlurmBanking.Sidecar.Outbox;
using SlurmBanking.Sidecar.Pricing;
using SlurmBanking.Sidecar.Telemetry;
using SlurmBanking.Terms;

namespace SlurmBanking.Sidecar;

/// <summary>
/// Where facts meet state: one lock around the book and the headrooms, the clock, the journal. A decision touches memory only;
/// what it changed is made durable after the reply.
/// </summary>
internal sealed class Teller
{
    private readonly SettingsStore _settings;
    private readonly ViewStore _view;
    private readonly Journal _journal;
    private readonly BankHealth _health;
    private readonly HeadroomReader _reader;
    private readonly SidecarMetrics _metrics;
    private readonly Patience _patience;
    private readonly TimeProvider _time;
    private readonly ILogger<Teller> _logger;
    private readonly Lock _gate = new();
    private readonly JobLife _life;
    private readonly Headrooms _headrooms = new();
    private readonly WaitBudget _waits = new();
    private readonly Shelf _shelf;
    private readonly Dictionary<(string Account, uint Uid), Task> _reads = [];
    private readonly Dictionary<(string Account, uint Uid), TaskCompletionSource> _awaited = [];
    private readonly TellerNews _news;

    public Teller(
        SettingsStore settings,
        ViewStore view,
        Journal journal,
        Shelf shelf,
        BankHealth health,
        HeadroomReader reader,
        SidecarMetrics metrics,
        Patience patience,
        TimeProvider time,
        ILogger<Teller> logger
    )
    {
        (_settings, _view, _journal, _shelf, _health, _reader) = (settings, view, journal, shelf, health, reader);
        (_metrics, _patience, _time, _logger) = (metrics, patience, time, logger);
        _news = new TellerNews(metrics, logger);
        var book = new Book(journal.Runs);
        journal.Load(book);
        _life = new JobLife(book, journal.Installed, settings.InForceAt);
    }

    /// <summary>Raised when a user's jobs should be listed after a span.</summary>
    public event Action<uint, TimeSpan>? SweepWanted;

    /// <summary>Decides a submission, and holds its amount when it is accepted.</summary>
    /// <returns>The decision, and the amount when there is a price.</returns>
    public (Decision Decision, ServiceUnits? Amount) Submit(HoldId id, JobRequest request)
    {
        var began = _time.GetTimestamp();
        var (decision, account, quote, observed) = Consider(id, request);
        _metrics.Decided(decision, observed, _time.GetElapsedTime(began));
        _news.Decided(decision, observed, request.Uid, account);
        return (observed ? Decision.Accept(decision.Reason) : decision, quote?.Total);
    }

    /// <summary>A run ended. The task ends when that is durable.</summary>
    /// <param name="facts">What is known of it.</param>
    /// <param name="doubtful">Said so long ago that another sidecar may have settled the run since.</param>
    /// <exception cref="IOException">Nothing can be written now: whoever reports it must keep it.</exception>
    public Task EndAsync(RunFacts facts, bool doubtful = false)
    {
        if (_settings.Current.Settings is not { } settings)
        {
            throw new IOException("no configuration has been read yet");
        }

        if (_journal.Room == JournalRoom.None)
        {
            throw new IOException($"the state database can't be written: {_journal.Problem}");
        }

        // Tasks of an array that waited, or waited again, do no more: the queue says how many are left.
        if (facts is { ArrayJobId: not null } and ({ Tres.Cpus: 0 } or { Restart: > 0 }))
        {
            SweepWanted?.Invoke(facts.Uid, Sweeper.AfterStart);
        }

        lock (_gate)
        {
            var changes = _life.Ended(facts, doubtful, settings);
            return WriteLocked(changes);
        }
    }

    /// <summary>A node reports a start: the queue, listed soon, says the rest.</summary>
    /// <param name="user">Whose job.</param>
    public void StartHint(uint user) => SweepWanted?.Invoke(user, Sweeper.AfterStart);

    /// <summary>Jobs with a run that is open here and over in the queue, of which only Slurm's accounting can tell more.</summary>
    public IReadOnlyList<uint> Missing(QueueListing listing)
    {
        lock (_gate)
        {
            return _life.Missing(listing);
        }
    }

    /// <summary>Users with holds that the queue has not shown yet.</summary>
    public IReadOnlyCollection<uint> UnboundUsers()
    {
        lock (_gate)
        {
            return _life.Book.Unbound == 0
                ? []
                : _life.Book.Holds.Where(static hold => hold.JobId is null).Select(static hold => hold.Uid).ToHashSet();
        }
    }

    /// <summary>Another sidecar may have been at work since this one last was: what waits to be settled is in doubt.</summary>
    public Task BeginTermAsync(long term)
    {
        lock (_gate)
        {
            _headrooms.Distrust();
            return WriteLocked(_life.BeginTerm(term));
        }
    }

    /// <summary>Takes in what Slurm's accounting says of runs that are over.</summary>
    public Task RecallAsync(IReadOnlyList<PastRun> past)
    {
        if (_settings.Current.Settings is not { } settings || _journal.Room == JournalRoom.None)
        {
            return Task.CompletedTask;
        }

        lock (_gate)
        {
            var changes = _life.Recalled(past, settings);
            _news.Found(changes);
            return WriteLocked(changes);
        }
    }

    /// <summary>Takes in a listing of the queue.</summary>
    public Task SweepAsync(QueueListing listing, ClusterSnapshot cluster)
    {
        // While nothing can be written the queue keeps what it tells.
        if (_settings.Current.Settings is not { } settings || _journal.Room == JournalRoom.None)
        {
            return Task.CompletedTask;
        }

        lock (_gate)
        {
            var changes = _life.Listed(listing, cluster, settings);

            // Whoever has jobs waiting will submit more: their headroom is known before they do.
            var now = _time.GetUtcNow();
            foreach (var hold in changes.Holds)
            {
                _headrooms.Want(hold.Account, hold.Uid, now);
            }

            _news.Unbillable([.. changes.Unbillable]);
            _news.Found(changes);
            return WriteLocked(changes);
        }
    }

    /// <summary>Users and accounts whose headroom should be read now.</summary>
    public List<(string Account, uint Uid)> HeadroomsDue(TimeSpan ttl)
    {
        lock (_gate)
        {
            var now = _time.GetUtcNow();
            _headrooms.Forget(now);
            return _headrooms.Due(now, ttl);
        }
    }

    /// <summary>Reads a headroom; concurrent questions about one user and account are asked once.</summary>
    public Task ReadHeadroomAsync(string account, uint uid)
    {
        var read = new TaskCompletionSource();
        lock (_gate)
        {
            if (_reads.TryGetValue((account, uid), out var running))
            {
                return running;
            }

            if (!_headrooms.TryBeginRead(account, uid, _time.GetUtcNow()))
            {
                // Its turn comes when the deliveries of that account that are on their way have landed.
                return (_awaited.TryGetValue((account, uid), out var awaited) ? awaited : _awaited[(account, uid)] = read).Task;
            }

            _reads[(account, uid)] = read.Task;
        }

        _ = ReadAsync(account, uid, read);
        return read.Task;
    }

    /// <summary>A delivery may be sent now; <see cref="EndDelivery"/> must follow.</summary>
    /// <param name="delivery">What is to be sent.</param>
    /// <param name="doubt">What the bank is to be asked first.</param>
    public bool TryBeginDelivery(Delivery delivery, out Doubt doubt)
    {
        lock (_gate)
        {
            doubt = delivery.Kind == DeliveryKind.Settle ? _life.Book.DoubtOf(delivery.Run) : Doubt.None;
            return _headrooms.TryBeginWrite(delivery.Account, _time.GetUtcNow());
        }
    }

    /// <summary>A delivery came to an end, whatever it was.</summary>
    /// <param name="pending">The delivery.</param>
    /// <param name="isFinal">The bank has booked it, or it is parked.</param>
    /// <param name="parked">It is parked.</param>
    /// <param name="wasThere">The bank had it before.</param>
    /// <param name="record">What the outbox notes about it, in one transaction with what it means for the run.</param>
    public Task EndDelivery(PendingDelivery pending, bool isFinal, bool parked, bool wasThere, Action<JournalWriter> record)
    {
        var written = EndWrite(pending, isFinal, parked, wasThere, record);
        List<(string Account, uint Uid)> awaited;
        lock (_gate)
        {
            awaited = [.. _awaited.Keys.Where(key => key.Account == pending.Delivery.Account)];
        }

        awaited.ForEach(key => _ = ReadHeadroomAsync(key.Account, key.Uid));
        return written;
    }

    private Task EndWrite(PendingDelivery pending, bool isFinal, bool parked, bool wasThere, Action<JournalWriter> record)
    {
        var delivery = pending.Delivery;
        lock (_gate)
        {
            _headrooms.EndWrite(delivery.Account);
            if (!isFinal || _life.Delivered(delivery.Run, delivery.Kind, parked, _time.GetUtcNow()) is not { } outcome)
            {
                return _journal.Write(record);
            }

            // Headroom and outstanding fall in one step. What may have raised the balance, or was sent more than once, is
            // looked up: headroom is never raised from here.
            _headrooms.Booked(delivery.Account, outcome.Run.Uid, outcome.Booked);
            if (delivery.Kind == DeliveryKind.Settle && !parked)
            {
                _metrics.Settled(outcome.Run.Actual ?? ServiceUnits.Zero);
            }

            if (delivery.Kind == DeliveryKind.Settle || wasThere)
            {
                _headrooms.Doubt(delivery.Account);
            }

            var written = _journal.Write(writer =>
            {
                record(writer);
                writer.Apply(outcome.Changes);
            });
            ShelveLocked(outcome.Changes, written);
            return written;
        }
    }

    /// <summary>What is open, in numbers.</summary>
    public BookTotals Totals()
    {
        lock (_gate)
        {
            return _life.Book.Totals;
        }
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
            var decision =
                policy.WhenBankUnavailable == OutagePolicy.Allow
                    ? Decision.Accept(DecisionReason.ViewUnavailable)
                    : Decision.Refuse(DecisionReason.ViewUnavailable, "the cluster's partitions are not known yet; try again in a moment");
            return new Considered(decision, request.Account, Observed: Observes(decision, policy));
        }

        switch (Quoter.Quote(request, _view.Cluster, settings))
        {
            case Quote.Priced priced:
                return ConsiderPriced(id, request, priced, settings);
            case Quote.Refused refused:
                var decision = Decision.Refuse(DecisionReason.Unpriceable, $"this job can't be priced: {refused.Reason}");
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
            var text = "no account is given, and this cluster has no default account: use --account";
            var refused = Decision.Refuse(DecisionReason.NoAccount, text);
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
            decision = DecideLocked(request, quote, account, policy);
            observed = Observes(decision, policy);
            if (decision.Accepted || observed)
            {
                HoldLocked(id, request, account, quote, letIn: decision is { Accepted: true, Reason: not DecisionReason.Fits });
            }
            else
            {
                _headrooms.Doubt(account, request.Uid);
            }
        }

        if (decision.Accepted || observed)
        {
            SweepWanted?.Invoke(request.Uid, Sweeper.AfterSubmission);
        }

        return new Considered(decision, account, quote, observed);
    }

    private Decision DecideLocked(JobRequest request, Quote.Priced quote, string account, PolicySettings policy)
    {
        var now = _time.GetUtcNow();
        var headroom = _headrooms.Want(account, request.Uid, now);
        var (ofAccount, ofUser) = (_life.Book.Of(account), _life.Book.Of(account, request.Uid));
        DecisionReason? impediment =
            _journal.Room != JournalRoom.Ample ? DecisionReason.StateUnavailable
            : _health.Available ? null
            : DecisionReason.BankUnavailable;
        return Decider.Decide(quote, account, request.Uid, headroom, ofAccount, ofUser, impediment, policy, now);
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
        };
        var changes = _life.Held(hold);
        void Tell() => Log.Held(_logger, quote.Total.ToString(), request.Uid, account, id.ToString(), quote.How);

        // The mark in the job says the same, so this need not be durable at once, or at all while room is short; it is logged
        // when it is.
        if (_journal.Room == JournalRoom.Ample)
        {
            _journal.WriteSoon(writer => writer.Apply(changes), Tell);
        }
        else
        {
            Tell();
        }
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

    private async Task ReadAsync(string account, uint uid, TaskCompletionSource read)
    {
        Headroom? headroom = null;
        TaskCompletionSource? awaited;
        try
        {
            headroom = await _reader.ReadAsync(account, uid, CancellationToken.None);
        }
        catch (Exception e)
        {
            Log.HeadroomFailed(_logger, e, account);
        }

        lock (_gate)
        {
            _headrooms.EndRead(account, uid, headroom);
            _reads.Remove((account, uid));
            _awaited.Remove((account, uid), out awaited);
        }

        read.SetResult();
        awaited?.SetResult();
    }

    private Task WriteLocked(Changes changes)
    {
        if (changes.IsEmpty)
        {
            // Nothing is new, but what made it old may still be on its way to the disk: a receipt waits for that.
            return _journal.WrittenAsync();
        }

        foreach (var hold in changes.Released.Where(static hold => hold.Tasks > 0))
        {
            Log.Released(_logger, hold.Amount.ToString(), hold.Account, hold.Id.ToString());
        }

        var written = _journal.Write(writer => writer.Apply(changes));
        ShelveLocked(changes, written);
        return written;
    }

    private void ShelveLocked(Changes changes, Task written)
    {
        foreach (var run in changes.Runs.Where(static run => run.State is RunState.Settling or RunState.Settled))
        {
            _shelf.Add(run, written);
        }

        while (_shelf.TryTake(out var run))
        {
            _life.Book.Shelve(run);
        }
    }

    private readonly record struct Considered(Decision Decision, string Account, Quote.Priced? Quote = null, bool Observed = false);
}
