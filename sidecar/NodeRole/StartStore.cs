using Google.Protobuf;
using Microsoft.Data.Sqlite;
using SlurmBanking.Sidecar.Configuration;
using SlurmBanking.Sidecar.Messages;
using SlurmBanking.Sidecar.Telemetry;
using SlurmBanking.Wire.Banking;

namespace SlurmBanking.Sidecar.NodeRole;

/// <summary>
/// The starts that a node has yet to report, SQLite in WAL mode. A start is with the operating system when <see cref="Add"/>
/// returns, so that the death of this process loses none; <see cref="Upkeep"/> brings it to the disk. They are hints, and the
/// controller's sweep is the second source: old ones are dropped, and there is a most that is kept.
/// </summary>
internal sealed class StartStore : IDisposable
{
    /// <summary>Most that is kept: some 10 MB.</summary>
    public const int Capacity = 100_000;

    /// <summary>An older start is no news to the controller, whose sweep runs twice a minute.</summary>
    public static readonly TimeSpan MaxAge = TimeSpan.FromDays(1);

    private const int Version = 1;

    private readonly FileStream _lock;
    private readonly SqliteConnection _connection;
    private readonly SqliteConnection _flusher;
    private readonly SidecarMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ILogger<StartStore> _logger;
    private readonly int _capacity;
    private readonly Lock _gate = new();
    private long _kept;
    private long _dropped;
    private bool _dirty;
    private bool _full;

    /// <exception cref="IOException">Another sidecar uses the state directory, or it can't be written.</exception>
    public StartStore(SidecarPaths paths, SidecarMetrics metrics, TimeProvider time, ILogger<StartStore> logger, int capacity = Capacity)
    {
        (_metrics, _time, _logger, _capacity) = (metrics, time, logger, capacity);
        _lock = new FileStream(paths.LockFile, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        _connection = Open(paths.StartsFile);
        Migrate();

        // No flush to the disk while slurmstepd waits: that is done elsewhere.
        Run("PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 0");
        _flusher = Open(paths.StartsFile);
        _kept = (long)Scalar("SELECT count(*) FROM start");
    }

    /// <summary>Raised after a start was added.</summary>
    public event Action? Added;

    /// <summary>How many wait.</summary>
    public long Kept => Interlocked.Read(ref _kept);

    /// <summary>How many were dropped since the start of the process.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>Keeps a start until it is reported.</summary>
    /// <exception cref="SqliteException">It can't be kept, most likely for want of room on the disk.</exception>
    public void Add(StartHint hint)
    {
        lock (_gate)
        {
            Run("INSERT INTO start (time, body) VALUES ($a, $b)", Begun(hint).ToUnixTimeMilliseconds(), hint.ToByteArray());
            _kept++;
            _dirty = true;
            if (_kept > _capacity)
            {
                Drop("full", Run("DELETE FROM start WHERE seq = (SELECT min(seq) FROM start)"));
                if (!_full)
                {
                    Log.StartsFull(_logger, _capacity);
                }

                _full = true;
            }
        }

        Added?.Invoke();
    }

    /// <summary>Those that have waited longest, in order.</summary>
    public List<KeptStart> ReadOldest(int limit)
    {
        lock (_gate)
        {
            var starts = new List<KeptStart>();
            using var command = Prepare("SELECT seq, body FROM start ORDER BY seq LIMIT $a", limit);
            using var reader = command.ExecuteReader();
            while (reader.Read())
            {
                starts.Add(new KeptStart(reader.GetInt64(0), StartHint.Parser.ParseFrom((byte[])reader.GetValue(1))));
            }

            return starts;
        }
    }

    /// <summary>Forgets starts that have been reported, from the oldest to this one.</summary>
    public void RemoveUpTo(long seq)
    {
        lock (_gate)
        {
            _kept -= Run("DELETE FROM start WHERE seq <= $a", seq);
            _dirty = true;
            _full &= _kept > _capacity / 2;
        }
    }

    /// <summary>Drops the oldest: the controller will not take it.</summary>
    public void Refuse(long seq)
    {
        lock (_gate)
        {
            Drop("refused", Run("DELETE FROM start WHERE seq = $a", seq));
        }
    }

    /// <summary>Drops what is too old, and brings what was added to the disk.</summary>
    public void Upkeep()
    {
        lock (_gate)
        {
            var before = (_time.GetUtcNow() - MaxAge).ToUnixTimeMilliseconds();
            if (_kept > 0 && Run("DELETE FROM start WHERE time < $a", before) is > 0 and var old)
            {
                Drop("old", old);
                Log.StartsTooOld(_logger, old);
            }

            if (!_dirty)
            {
                return;
            }

            _dirty = false;
        }

        // Beside the lock: a flush takes its time, and writers go on meanwhile.
        using var checkpoint = _flusher.CreateCommand();
        checkpoint.CommandText = "PRAGMA wal_checkpoint(PASSIVE)";
        checkpoint.ExecuteNonQuery();
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _flusher.Dispose();
            _connection.Dispose();
            _lock.Dispose();
        }
    }

    private static SqliteConnection Open(string file)
    {
        var text = new SqliteConnectionStringBuilder
        {
            DataSource = file,
            Pooling = false,
            DefaultTimeout = 5,
        }.ToString();
        var connection = new SqliteConnection(text);
        connection.Open();
        return connection;
    }

    private void Migrate()
    {
        var version = (long)Scalar("PRAGMA user_version");
        if (version > Version)
        {
            throw new IOException(Problems.StateNewer(version, Version));
        }

        Run(
            $"""
            PRAGMA journal_mode = WAL;
            CREATE TABLE IF NOT EXISTS start (seq INTEGER PRIMARY KEY AUTOINCREMENT, time INTEGER NOT NULL, body BLOB NOT NULL);
            PRAGMA user_version = {Version}
            """
        );
    }

    // When the job started, as far as that is known and not in the future.
    private DateTimeOffset Begun(StartHint hint)
    {
        var now = _time.GetUtcNow();
        return hint.Time?.ToDateTimeOffset() is { } time && time < now ? time : now;
    }

    private void Drop(string reason, int count)
    {
        _kept -= count;
        _dropped += count;
        _dirty = true;
        _metrics.StartsDropped(reason, count);
    }

    private int Run(string text, params ReadOnlySpan<object> values)
    {
        using var command = Prepare(text, values);
        return command.ExecuteNonQuery();
    }

    private object Scalar(string text)
    {
        using var command = Prepare(text);
        return command.ExecuteScalar()!;
    }

    private SqliteCommand Prepare(string text, params ReadOnlySpan<object> values)
    {
        var command = _connection.CreateCommand();
        command.CommandText = text;
        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters.AddWithValue($"${(char)('a' + i)}", values[i]);
        }

        return command;
    }
}
