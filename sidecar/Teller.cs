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
internal sealed partial class Teller
{
    private const int RecalledAtOnce = 64;

    // Of a hundred records or so each.
    private const int MostStepsUnwritten = 16;

    private readonly SettingsStore _settings;
    private readonly ViewStore _view;
    private readonly Journal _journal;
    private readonly BankHealth _health;
    private readonly SidecarMetrics _metrics;
    private readonly Patience _patience;
    private readonly TimeProvider _time;
    private readonly ILogger<Teller> _logger;
    private readonly Lock _gate = new();
    private readonly Precedence _precedence = new();
    private readonly JobLife _life;
    private readonly Headrooms _headrooms = new();
    private readonly WaitBudget _waits = new();
    private readonly Shelf _shelf;
    private readonly HeadroomReads _reads;
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
        (_settings, _view, _journal, _shelf, _health) = (settings, view, journal, shelf, health);
        (_metrics, _patience, _time, _logger) = (metrics, patience, time, logger);
        _news = new TellerNews(metrics, logger);
        var book = new Book(journal.Runs);
        journal.Load(book);
        _reads = new HeadroomReads(_gate, _headrooms, book, reader, time, logger);
        foreach (var hold in book.Holds)
        {
            // Whoever has jobs waiting will submit more, and what is held of a lease is to be told.
            _headrooms.Want(hold.Account, hold.Uid, time.GetUtcNow());
        }

        _life = new JobLife(book, journal.Installed, settings.InForceAt);
    }

    /// <summary>Raised when a user's jobs should be listed after a span.</summary>
    public event Action<uint, TimeSpan>? SweepWanted;

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

    /// <summary>Jobs with runs that are open here and over in the queue, or of which nobody has told: accounting may.</summary>
    public IReadOnlyCollection<uint> Missing(QueueListing listing)
    {
        var runs = Read(static life => life.Book.Runs.ToArray());
        var requeued = listing.Keys.Where(static key => key.RestartCount > 0).ToList();
        return
        [
            .. Recollection
                .Missing(runs, listing)
                .Union(requeued.Where(key => Read(life => Recollection.HasUnseenRun(life.Book, key))).Select(static key => key.JobId)),
        ];
    }

    /// <summary>Users with holds that the queue has not shown yet.</summary>
    public IReadOnlyCollection<uint> UnboundUsers() => Read(static life => (IReadOnlyCollection<uint>)[.. life.Book.UnboundUsers]);

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

        return TakeAsync(past.Chunk(RecalledAtOnce).Select(some => (Func<Changes>)(() => _life.Recalled(some, settings))));
    }

    /// <summary>Takes in a listing of the queue.</summary>
    public async Task SweepAsync(QueueListing listing, ClusterSnapshot cluster)
    {
        // While nothing can be written the queue keeps what it tells.
        if (_settings.Current.Settings is { } settings && _journal.Room != JournalRoom.None)
        {
            var unbillable = new HashSet<uint>();
            await TakeAsync(QueueIntake.Steps(_life, listing, cluster, settings), unbillable);
            _news.Unbillable(unbillable);
        }
    }

    // Step by step: decisions wait for none but the one that goes on. And no faster than it is written: what waits for that is
    // memory, and the collector's work.
    private async Task TakeAsync(IEnumerable<Func<Changes>> steps, HashSet<uint>? unbillable = null)
    {
        var unwritten = 0;
        foreach (var step in steps)
        {
            if (unwritten == MostStepsUnwritten)
            {
                await _journal.WrittenAsync();
                unwritten = 0;
            }

            _precedence.GiveWay();
            lock (_gate)
            {
                var changes = step();
                unbillable?.UnionWith(changes.Unbillable);
                if (changes.IsEmpty)
                {
                    continue;
                }

                // Whoever has jobs waiting will submit more: their headroom is known before they do.
                var now = _time.GetUtcNow();
                foreach (var hold in changes.Holds)
                {
                    _headrooms.Want(hold.Account, hold.Uid, now);
                }

                _news.Found(changes);
                _ = WriteLocked(changes);
                unwritten++;
            }
        }

        await _journal.WrittenAsync();
    }

    /// <summary>Users and accounts whose headroom should be read now.</summary>
    public List<(string Account, uint Uid)> HeadroomsDue(TimeSpan ttl)
    {
        lock (_gate)
        {
            var now = _time.GetUtcNow();
            _headrooms.Forget(now, _time);
            return _headrooms.Due(now, ttl, _life.Book);
        }
    }

    /// <summary>Reads a headroom; concurrent questions about one user and account are asked once.</summary>
    public Task ReadHeadroomAsync(string account, uint uid) => _reads.ReadAsync(account, uid);

    /// <summary>A delivery may be sent now; <see cref="EndDelivery"/> must follow.</summary>
    /// <param name="delivery">What is to be sent.</param>
    /// <param name="doubt">What the bank is to be asked first.</param>
    /// <param name="traceRoot">Of its run; null when nobody wants to know.</param>
    public bool TryBeginDelivery(Delivery delivery, out Doubt doubt, out string? traceRoot)
    {
        lock (_gate)
        {
            traceRoot = JobTrace.IsOn ? _life.Book.Find(delivery.Run)?.TraceRoot : null;
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
    /// <param name="stored">The amount that it had; null when that is not known.</param>
    public Task EndDelivery(
        PendingDelivery pending,
        bool isFinal,
        bool parked,
        bool wasThere,
        Action<JournalWriter> record,
        ServiceUnits? stored = null
    )
    {
        var written = EndWrite(pending, isFinal, parked, wasThere, record, stored);
        _reads.Resume(pending.Delivery.Account);
        return written;
    }

    private Task EndWrite(
        PendingDelivery pending,
        bool isFinal,
        bool parked,
        bool wasThere,
        Action<JournalWriter> record,
        ServiceUnits? stored
    )
    {
        var delivery = pending.Delivery;
        lock (_gate)
        {
            _headrooms.EndWrite(delivery.Account);
            if (!isFinal || _life.Delivered(delivery.Run, delivery.Kind, parked, _time.GetUtcNow(), stored) is not { } outcome)
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

    /// <summary>How many leases there are, and what is held beyond them.</summary>
    public (int Count, ServiceUnits Uncovered) Leases()
    {
        lock (_gate)
        {
            return (
                _headrooms.Leases.Count(),
                _headrooms.Leases.Aggregate(ServiceUnits.Zero, static (sum, lease) => sum + lease.Uncovered)
            );
        }
    }

    /// <summary>What is open, in numbers.</summary>
    public BookTotals Totals() => Read(static life => life.Book.Totals);

    /// <summary>Looks at jobs, for no longer than decisions may wait.</summary>
    public T Read<T>(Func<JobLife, T> look)
    {
        lock (_gate)
        {
            return look(_life);
        }
    }

    /// <summary>Changes jobs, for no longer than decisions may wait. The task ends when that is durable.</summary>
    public Task ChangeAsync(Func<JobLife, Changes> change)
    {
        lock (_gate)
        {
            return WriteLocked(change(_life));
        }
    }

    private Task WriteLocked(Changes changes)
    {
        if (changes.IsEmpty)
        {
            // Nothing is new, but what made it old may still be on its way to the disk: a receipt waits for that.
            return _journal.WrittenAsync();
        }

        _news.Changed(changes);
        var written = _journal.Write(writer => writer.Apply(changes));
        ShelveLocked(changes, written);
        return written;
    }

    private void ShelveLocked(Changes changes, Task written)
    {
        var now = _time.GetUtcNow();
        foreach (var run in changes.Runs.Where(static run => run.State is RunState.Settling or RunState.Settled))
        {
            _shelf.Add(run, written, now);
        }

        while (_shelf.TryTake(now, out var run))
        {
            _life.Book.Shelve(run);
        }
    }
}
