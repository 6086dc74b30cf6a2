using System.Threading.Channels;

namespace SlurmBanking.Operator.Runtime;

/// <summary>
/// Keys that want attention: each at most once at a time, whoever asks how often; one that is asked for while it is worked on
/// comes again afterwards. After failures it comes later and later.
/// </summary>
internal sealed class WorkQueue(TimeProvider time) : IDisposable
{
    private static readonly TimeSpan FirstBackoff = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestBackoff = TimeSpan.FromMinutes(5);

    private readonly Lock _gate = new();
    private readonly Channel<ObjectKey> _ready = Channel.CreateUnbounded<ObjectKey>();
    private readonly Dictionary<ObjectKey, Entry> _entries = [];

    /// <summary>Keys that wait for a worker.</summary>
    public int Depth => _ready.Reader.Count;

    /// <summary>Asks for attention now.</summary>
    public void Add(ObjectKey key)
    {
        lock (_gate)
        {
            var entry = EntryOf_NeedsLock(key);
            entry.Cancel();
            if (entry.IsQueued)
            {
                return;
            }

            if (entry.IsWorkedOn)
            {
                entry.IsWantedAgain = true;
                return;
            }

            entry.IsQueued = true;
            _ready.Writer.TryWrite(key);
        }
    }

    /// <summary>Asks for attention later, unless somebody asks for it earlier.</summary>
    public void AddAfter(ObjectKey key, TimeSpan delay)
    {
        lock (_gate)
        {
            var entry = EntryOf_NeedsLock(key);
            var due = time.GetUtcNow() + delay;
            if (entry.IsQueued || entry.IsWantedAgain || entry.Due <= due)
            {
                return;
            }

            entry.Cancel();
            entry.Due = due;
            entry.Timer = time.CreateTimer(static state => ((Action)state!)(), () => Add(key), delay, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Asks for attention after a failure: later with each in a row, and not before the server wants it.</summary>
    public TimeSpan AddAfterFailure(ObjectKey key, TimeSpan? atLeast)
    {
        TimeSpan delay;
        lock (_gate)
        {
            var entry = EntryOf_NeedsLock(key);
            var factor = Math.Pow(2, Math.Min(entry.Failures++, 20));
            var backoff = FirstBackoff * factor < LongestBackoff ? FirstBackoff * factor : LongestBackoff;
            delay = backoff * (0.5 + (Random.Shared.NextDouble() / 2));
            delay = atLeast > delay ? atLeast.Value : delay;
        }

        AddAfter(key, delay);
        return delay;
    }

    /// <summary>The next key; it is not given to anybody else before <see cref="Done"/>.</summary>
    public async ValueTask<ObjectKey> TakeAsync(CancellationToken cancellation)
    {
        var key = await _ready.Reader.ReadAsync(cancellation);
        lock (_gate)
        {
            var entry = EntryOf_NeedsLock(key);
            (entry.IsQueued, entry.IsWorkedOn, entry.IsWantedAgain) = (false, true, false);
        }

        return key;
    }

    /// <summary>Ends the work on a key.</summary>
    /// <param name="key">Which.</param>
    /// <param name="hasSucceeded">Whether earlier failures are forgotten.</param>
    public void Done(ObjectKey key, bool hasSucceeded)
    {
        lock (_gate)
        {
            var entry = EntryOf_NeedsLock(key);
            entry.IsWorkedOn = false;
            entry.Failures = hasSucceeded ? 0 : entry.Failures;
            if (entry.IsWantedAgain)
            {
                (entry.IsWantedAgain, entry.IsQueued) = (false, true);
                entry.Cancel();
                _ready.Writer.TryWrite(key);
            }
            else if (entry is { IsQueued: false, Timer: null, Failures: 0 })
            {
                _entries.Remove(key);
            }
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            foreach (var entry in _entries.Values)
            {
                entry.Cancel();
            }
        }
    }

    private Entry EntryOf_NeedsLock(ObjectKey key)
    {
        if (!_entries.TryGetValue(key, out var entry))
        {
            _entries[key] = entry = new Entry();
        }

        return entry;
    }

    private sealed class Entry
    {
        public bool IsQueued { get; set; }

        public bool IsWorkedOn { get; set; }

        public bool IsWantedAgain { get; set; }

        public int Failures { get; set; }

        public DateTimeOffset Due { get; set; } = DateTimeOffset.MaxValue;

        public ITimer? Timer { get; set; }

        public void Cancel()
        {
            Timer?.Dispose();
            (Timer, Due) = (null, DateTimeOffset.MaxValue);
        }
    }
}
