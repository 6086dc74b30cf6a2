using SlurmBanking.Sidecar.Lifecycle;
using SlurmBanking.Sidecar.Messages;

namespace SlurmBanking.Sidecar.Outbox;

/// <summary>
/// Makes changes durable. Whatever has come together is one transaction. A commit reaches the operating system, so that the
/// death of any process loses nothing; within 100 ms it is on its way to the disk, so that the crash of the machine loses no more than
/// that and what the disk takes. Nobody waits for it, the next commit neither.
/// </summary>
internal sealed class Journal
{
    /// <summary>Under which name the state database keeps <see cref="Term"/>.</summary>
    public const string TermNote = "term";

    /// <summary>How often commits are brought to the disk while there are any.</summary>
    public static readonly TimeSpan FlushInterval = TimeSpan.FromMilliseconds(100);

    private const int MaxBatch = 4096;

    /// <summary>How long a write that nobody waits for gathers others around it.</summary>
    private static readonly TimeSpan Linger = TimeSpan.FromMilliseconds(25);

    private static readonly TimeSpan RoomInterval = TimeSpan.FromSeconds(1);

    private readonly StateDatabase _database;
    private readonly Reserve _reserve;
    private readonly TimeProvider _time;
    private readonly ILogger<Journal> _logger;
    private readonly TaskCreationOptions _completion;
    private readonly object _gate = new();
    private readonly Pruning _pruning = new();
    private List<IJournalEntry> _queue = [];
    private List<IJournalEntry>? _spare;
    private bool _hurried;
    private bool _committing;
    private bool _closed;
    private volatile JournalRoom _room;
    private volatile string _problem = "";
    private string _flushProblem = "";
    private DateTimeOffset _lookedForRoom;

    /// <param name="database">The state.</param>
    /// <param name="reserve">Room for the ends of jobs.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">The log.</param>
    /// <param name="completion">How the tasks of writers end: never on the thread that commits, but for one that owns all threads.</param>
    public Journal(
        StateDatabase database,
        Reserve reserve,
        TimeProvider time,
        ILogger<Journal> logger,
        TaskCreationOptions completion = TaskCreationOptions.RunContinuationsAsynchronously
    )
    {
        (_database, _reserve, _time, _logger, _completion) = (database, reserve, time, logger, completion);
        Installed = ReadInstalled();
        _room = reserve.TryTake() ? JournalRoom.Ample : JournalRoom.FactsOnly;
        if (_room == JournalRoom.FactsOnly)
        {
            database.Limit(reserve.Bytes);
        }
    }

    /// <summary>When this state directory was first used.</summary>
    public DateTimeOffset Installed { get; }

    /// <summary>What can be written at present.</summary>
    public JournalRoom Room => _room;

    /// <summary>Why <see cref="Room"/> is not ample; "" when it is.</summary>
    public string Problem => _problem;

    /// <summary>Something waits to be committed.</summary>
    public bool HasWork
    {
        get
        {
            lock (_gate)
            {
                return _queue.Count > 0;
            }
        }
    }

    /// <summary>Raised after something was committed that the outbox's reader may want to see.</summary>
    public event Action? OutboxChanged;

    /// <summary>Raised when the database turns out to be damaged: the next process sets it aside and keeps what can be read.</summary>
    public event Action? Damaged;

    /// <summary>Hands in a write. The task ends when it is committed; it never fails: a full disk is retried until there is room.</summary>
    public Task Write(Action<JournalWriter> write)
    {
        var done = new TaskCompletionSource(_completion);
        Add(new Entry(write, done.SetResult), hurry: true);
        return done.Task;
    }

    /// <summary>The task ends when everything that was handed in before is committed.</summary>
    public Task WrittenAsync()
    {
        lock (_gate)
        {
            if (_queue.Count == 0 && !_committing)
            {
                return Task.CompletedTask;
            }
        }

        return Write(static _ => { });
    }

    /// <summary>
    /// Hands in a write that nobody waits for. It may be committed a moment later, together with others: woken for each
    /// submission, the writer would take the core that the next decision needs.
    /// </summary>
    public void WriteSoon(IJournalEntry entry) => Add(entry, hurry: false);

    /// <inheritdoc cref="WriteSoon(IJournalEntry)"/>
    /// <param name="write">What to write.</param>
    /// <param name="committed">Called by the committing thread after the commit; must not fail.</param>
    public void WriteSoon(Action<JournalWriter> write, Action committed) => WriteSoon(new Entry(write, committed));

    /// <summary>Runs that ended, for people who ask.</summary>
    public RunHistory History => _database.History;

    /// <summary>Runs that ended.</summary>
    public IRunArchive Runs => _database.Runs;

    /// <summary>Fills the book with what was open when the last process ended.</summary>
    public void Load(Book book)
    {
        book.Term = Term;
        var unreadable = _database.Load(book);
        if (unreadable > 0)
        {
            Log.StateRowsUnreadable(_logger, unreadable);
        }
    }

    /// <summary>How often this state directory's sidecar took over from another.</summary>
    public long Term => long.TryParse(_database.ReadNote(TermNote), out var term) ? term : 0;

    /// <summary>When the queue was last listed as a whole; null when it never was.</summary>
    public DateTimeOffset? Swept =>
        long.TryParse(_database.ReadNote("swept"), out var time) ? DateTimeOffset.FromUnixTimeMilliseconds(time) : null;

    /// <summary>Notes that the queue was listed as a whole.</summary>
    public void Sweeping(DateTimeOffset begun) =>
        WriteSoon(writer => writer.Note("swept", $"{begun.ToUnixTimeMilliseconds()}"), static () => { });

    /// <summary>Records that are due, oldest first, and of each job only the oldest that waits.</summary>
    public List<PendingDelivery> ReadDue(int limit)
    {
        var now = _time.GetUtcNow();
        var (due, unreadable) = _database.ReadDue(now, limit);
        foreach (var seq in unreadable)
        {
            _ = Write(writer => writer.Park(seq, now, Problems.RecordUnreadable));
        }

        return due;
    }

    /// <inheritdoc cref="StateDatabase.ReadDeadLetters"/>
    public List<DeadLetter> ReadDeadLetters(long after, int limit) => _database.ReadDeadLetters(after, limit);

    /// <inheritdoc cref="StateDatabase.ReadWaiting"/>
    public List<WaitingRecord> ReadWaiting(long after, int limit) => _database.ReadWaiting(after, limit);

    /// <inheritdoc cref="StateDatabase.ProblemOf"/>
    public string ProblemOf(string bankId) => _database.ProblemOf(bankId);

    /// <summary>Gives parked records up for good.</summary>
    /// <param name="letters">Which.</param>
    /// <param name="by">Uid of who does.</param>
    /// <param name="reason">Why.</param>
    /// <returns>How many of them were parked.</returns>
    public async Task<int> DiscardAsync(IReadOnlyCollection<long> letters, uint by, string reason)
    {
        var (now, discarded) = (_time.GetUtcNow(), 0);
        await Write(writer => discarded = letters.Count(letter => writer.Discard(letter, now, Problems.Discarded(by, reason))));
        return discarded;
    }

    /// <summary>Lets parked records wait for the bank again.</summary>
    /// <returns>How many of them were parked.</returns>
    public async Task<int> RetryAsync(IReadOnlyCollection<long> letters)
    {
        var retried = 0;
        await Write(writer => retried = letters.Count(writer.Revive));
        return retried;
    }

    public OutboxCounts Count() => _database.Count();

    /// <summary>How long the oldest record waits for the bank; zero when none does.</summary>
    public TimeSpan OldestWait() => _database.Oldest() is { } since && _time.GetUtcNow() is var now && now > since ? now - since : default;

    /// <summary>Waits until there is something to commit.</summary>
    /// <param name="wait">How long at most.</param>
    /// <returns>False when there never will be again.</returns>
    public bool WaitForWork(TimeSpan wait)
    {
        lock (_gate)
        {
            if (_queue.Count == 0 && !_closed)
            {
                Monitor.Wait(_gate, wait);
            }

            if (_queue.Count > 0 && !_hurried && !_closed)
            {
                Monitor.Wait(_gate, Linger);
            }

            return _queue.Count > 0 || !_closed;
        }
    }

    /// <summary>Commits what has come together. Called by one thread at a time.</summary>
    /// <param name="flush">Whether it must reach the disk.</param>
    /// <returns>False when nothing could be written: everything is still there, for the next attempt.</returns>
    public bool Commit(bool flush)
    {
        var batch = Take();
        var now = _time.GetUtcNow();
        bool changed;
        try
        {
            changed = _database.Commit(writer => Write(batch, writer, now), flush, now);
        }
        catch (Exception e)
        {
            // Nothing that was handed in is ever dropped, and nothing may end the thread.
            PutBack(batch);
            Fail(e);
            return false;
        }

        lock (_gate)
        {
            _committing = false;
        }

        batch.ForEach(static entry => entry.Committed());
        Reuse(batch);
        if (changed)
        {
            OutboxChanged?.Invoke();
        }

        try
        {
            LookForRoom(now);
        }
        catch (Exception e)
        {
            // What is committed stays committed: it is not written again because the disk could not be looked at.
            Fail(e);
        }

        return true;
    }

    /// <summary>Brings what is committed to the disk, beside the commits. Called by one thread at a time, any.</summary>
    /// <returns>False when it could not be: the next commit has to.</returns>
    public bool Flush()
    {
        try
        {
            _database.Flush();
            _flushProblem = "";
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It is tried ten times a second.
            if (_flushProblem != e.Message)
            {
                Log.JournalFailed(_logger, e.Message);
            }

            _flushProblem = e.Message;
            return false;
        }
    }

    /// <summary>Has the next commit come soon, though there is nothing to write.</summary>
    public void Nudge()
    {
        lock (_gate)
        {
            if (!_closed)
            {
                _queue.Add(new Entry(static _ => { }, static () => { }));
                _hurried = true;
                Monitor.Pulse(_gate);
            }
        }
    }

    /// <summary>Takes nothing any more; what has been taken can still be committed.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _closed = true;
            Monitor.Pulse(_gate);
        }
    }

    private void Write(List<IJournalEntry> batch, JournalWriter writer, DateTimeOffset now)
    {
        batch.ForEach(entry => entry.Write(writer));
        _pruning.Prune(writer, now, _room, _database.UsedShare);
    }

    private List<IJournalEntry> Take()
    {
        lock (_gate)
        {
            // In order, and no more than a transaction should hold: a hurry stays for what is left.
            var batch = _queue;
            (_queue, _spare) = (_spare ?? [], null);
            if (batch.Count > MaxBatch)
            {
                _queue.AddRange(batch.GetRange(MaxBatch, batch.Count - MaxBatch));
                batch.RemoveRange(MaxBatch, batch.Count - MaxBatch);
            }

            _hurried &= _queue.Count > 0;
            _committing = true;
            return batch;
        }
    }

    // What comes next finds room, unless so much had come together that it is better given back.
    private void Reuse(List<IJournalEntry> batch)
    {
        batch.Clear();
        if (batch.Capacity <= MaxBatch)
        {
            lock (_gate)
            {
                _spare = batch;
            }
        }
    }

    private void PutBack(List<IJournalEntry> batch)
    {
        lock (_gate)
        {
            batch.AddRange(_queue);
            _queue = batch;
            _hurried = true;
            _committing = false;
        }
    }

    // First the reserve is given up, for the ends of jobs; when that is used up as well, plugins keep their facts.
    private void Fail(Exception e)
    {
        if (_room != JournalRoom.None || _problem != e.Message)
        {
            Log.JournalFailed(_logger, e.Message);
        }

        if (StateDatabase.IsDamage(e))
        {
            Damaged?.Invoke();
        }

        _problem = e.Message;
        _room = _room == JournalRoom.Ample ? JournalRoom.FactsOnly : JournalRoom.None;
        _reserve.GiveUp();
        _pruning.Hurry();
        try
        {
            _database.Limit(_reserve.Bytes);
        }
        catch (Microsoft.Data.Sqlite.SqliteException)
        {
            // What can't be written can't be limited either.
        }
    }

    private void LookForRoom(DateTimeOffset now)
    {
        if (_room == JournalRoom.Ample || (now - _lookedForRoom).Duration() < RoomInterval)
        {
            return;
        }

        _lookedForRoom = now;
        if (_database.HasRoom() && _reserve.TryTake())
        {
            _database.Limit(0);
            (_room, _problem) = (JournalRoom.Ample, "");
            Log.JournalHasRoom(_logger);
        }
        else
        {
            _room = JournalRoom.FactsOnly;
        }
    }

    private DateTimeOffset ReadInstalled()
    {
        if (_database.ReadNote("installed") is { } text)
        {
            return DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(text));
        }

        var now = _time.GetUtcNow();
        _database.Commit(writer => writer.Note("installed", $"{now.ToUnixTimeMilliseconds()}"), flush: true, now);
        return DateTimeOffset.FromUnixTimeMilliseconds(now.ToUnixTimeMilliseconds());
    }

    private void Add(IJournalEntry entry, bool hurry)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            _queue.Add(entry);

            // The writer sleeps until there is a first entry, and lingers over it until one is in a hurry.
            if (_queue.Count == 1 || (hurry && !_hurried))
            {
                Monitor.Pulse(_gate);
            }

            _hurried |= hurry;
        }
    }

    private sealed class Entry(Action<JournalWriter> write, Action committed) : IJournalEntry
    {
        public void Write(JournalWriter writer) => write(writer);

        public void Committed() => committed();
    }
}
