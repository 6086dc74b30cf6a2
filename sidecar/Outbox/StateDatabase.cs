using System.Text.Json.Serialization.Metadata;
using Microsoft.Data.Sqlite;
using Microsoft.Win32.SafeHandles;
using SlurmBanking.BankApi;
using SlurmBanking.Sidecar.Configuration;
using SlurmBanking.Sidecar.Lifecycle;
using SlurmBanking.Sidecar.Messages;

namespace SlurmBanking.Sidecar.Outbox;

/// <summary>The state database: SQLite in WAL mode, one connection that writes, one that reads, one that brings to the disk.</summary>
internal sealed class StateDatabase : IDisposable
{
    private const int PageBytes = 4096;

    /// <summary>From which length on the log is copied into the database beside the commits.</summary>
    private const long LogBytes = 4 << 20;

    /// <summary>
    /// While commits go on a copy is never quite complete, and the log grows: at this length, or an eighth of the database's limit, commits
    /// wait for the last of it. Twice as much is kept for reuse: to cut a log off would keep them waiting, too.
    /// </summary>
    private const long MostLogBytes = 8 * LogBytes;

    private const int SqliteCorrupt = 11;
    private const int SqliteNotADatabase = 26;

    private readonly FileStream _lock;
    private readonly SqliteConnection _connection;
    private readonly SqliteConnection _reader;
    private readonly SqliteConnection _flusher;
    private readonly string _logFile;
    private readonly RunArchive _runs;
    private readonly JournalWriter _writer;
    private readonly SqliteCommand _begin;
    private readonly SqliteCommand _commit;
    private readonly Lock _readGate = new();
    private readonly Lock _commitGate = new();
    private readonly long _limitPages;
    private readonly long _mostLogBytes;
    private bool _flushing;
    private SafeFileHandle? _log;

    /// <summary>Opens it, or makes it. One that is damaged is set aside, and what can be read of it is kept.</summary>
    /// <exception cref="IOException">Another sidecar uses the state directory, or a newer one has written it.</exception>
    public StateDatabase(SidecarPaths paths, DateTimeOffset now, ILogger logger)
    {
        _lock = new FileStream(paths.LockFile, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        _limitPages = paths.StateLimitBytes / PageBytes;
        _mostLogBytes = Math.Clamp(paths.StateLimitBytes / 8, LogBytes, MostLogBytes);
        try
        {
            if (Damage(paths.DatabaseFile) is { } damage)
            {
                SetAside = StateSalvage.SetAside(paths.DatabaseFile, now);
                Log.StateSetAside(logger, paths.DatabaseFile, damage, SetAside);
            }

            _connection = Open(paths.DatabaseFile);
            Execute("PRAGMA journal_mode = WAL");
            Execute("PRAGMA synchronous = NORMAL");
            Execute($"PRAGMA journal_size_limit = {2 * _mostLogBytes}");

            // That is done beside the commits; where it fails, SQLite does it in the end, and commits wait.
            Execute($"PRAGMA wal_autocheckpoint = {2 * _mostLogBytes / PageBytes}");
            Schema.Migrate(_connection);
            if (SetAside is not null)
            {
                Log.StateSalvaged(logger, StateSalvage.Copy(SetAside, _connection));

                // A database of an older sidecar does not say since when its records wait.
                Execute($"UPDATE delivery SET created = {now.ToUnixTimeMilliseconds()} WHERE created = 0");
            }

            Limit(0);
            _reader = Open(paths.DatabaseFile);
            _flusher = Open(paths.DatabaseFile);
            _logFile = paths.DatabaseFile + "-wal";
            _runs = new RunArchive(Open(paths.DatabaseFile));
            History = new RunHistory(Open(paths.DatabaseFile));
            _writer = new JournalWriter(_connection);
            (_begin, _commit) = (Prepare("BEGIN IMMEDIATE"), Prepare("COMMIT"));
        }
        catch
        {
            _connection?.Dispose();
            _lock.Dispose();
            throw;
        }
    }

    /// <summary>Runs that ended, for one caller at a time.</summary>
    public IRunArchive Runs => _runs;

    /// <summary>Runs that ended, for people who ask.</summary>
    public RunHistory History { get; }

    /// <summary>Where a damaged database was put when this one was opened; null when there was none.</summary>
    public string? SetAside { get; }

    /// <summary>Whether an exception says that the database is damaged.</summary>
    public static bool IsDamage(Exception exception) =>
        exception is SqliteException { SqliteErrorCode: SqliteCorrupt or SqliteNotADatabase };

    /// <summary>Executes writes in one transaction.</summary>
    /// <param name="write">What to write.</param>
    /// <param name="flush">Whether the commit must have reached the disk, and not only the operating system.</param>
    /// <param name="now">The present.</param>
    /// <returns>Whether the outbox has changed.</returns>
    /// <exception cref="SqliteException">It can't be written; nothing of it is.</exception>
    public bool Commit(Action<JournalWriter> write, bool flush, DateTimeOffset now)
    {
        lock (_commitGate)
        {
            return CommitLocked(write, flush, now);
        }
    }

    private bool CommitLocked(Action<JournalWriter> write, bool flush, DateTimeOffset now)
    {
        if (flush != _flushing)
        {
            Execute(flush ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL");
            _flushing = flush;
        }

        _begin.ExecuteNonQuery();
        try
        {
            _writer.Now = now;
            write(_writer);
            if (flush)
            {
                // A transaction that writes nothing would not be flushed.
                _writer.Note("flushed", $"{now.ToUnixTimeMilliseconds()}");
            }

            _commit.ExecuteNonQuery();
            return _writer.TakeOutboxChanged();
        }
        catch
        {
            _writer.TakeOutboxChanged();
            try
            {
                Execute("ROLLBACK");
            }
            catch (SqliteException)
            {
                // SQLite has rolled back by itself.
            }

            throw;
        }
    }

    /// <summary>
    /// Brings what is committed to the disk, while commits go on. Called by one thread at a time, any.
    /// </summary>
    /// <exception cref="IOException">It is not known to be there.</exception>
    public void Flush()
    {
        // SQLite looks at the log only when somebody writes or copies, and then not for what a reader holds back.
        _log ??= File.OpenHandle(_logFile, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        RandomAccess.FlushToDisk(_log);
        if (RandomAccess.GetLength(_log) <= LogBytes)
        {
            return;
        }

        try
        {
            if (Copy() * PageBytes > _mostLogBytes)
            {
                Copy();
                lock (_commitGate)
                {
                    Copy();
                }
            }
        }
        catch (SqliteException)
        {
            // The log has it all.
        }
    }

    /// <summary>Sets how far the file may grow.</summary>
    /// <param name="beyondBytes">How much more than its limit.</param>
    public void Limit(long beyondBytes) => Execute($"PRAGMA max_page_count = {_limitPages + (beyondBytes / PageBytes)}");

    /// <summary>Whether less than nine tenths of the limit are in use.</summary>
    public bool HasRoom() => UsedShare() < 0.9;

    /// <summary>How much of the limit is in use, 0 to 1 and more.</summary>
    public double UsedShare()
    {
        long used = 0;
        Read(
            "SELECT (SELECT page_count FROM pragma_page_count) - (SELECT freelist_count FROM pragma_freelist_count)",
            row => used = row.GetInt64(0)
        );
        return (double)used / _limitPages;
    }

    /// <summary>A note of the state directory about itself; null when there is none of that name.</summary>
    public string? ReadNote(string name)
    {
        string? value = null;
        Read("SELECT value FROM meta WHERE name = $a", row => value = row.GetString(0), name);
        return value;
    }

    /// <summary>Fills the book with what was open when the last process ended.</summary>
    /// <returns>Rows that can't be read any more; the queue tells them again.</returns>
    public int Load(Book book)
    {
        var unreadable = 0;
        void Put<T>(string body, JsonTypeInfo<T> type, Action<T> put)
            where T : class
        {
            if (StateJson.TryRead(body, type) is { } value)
            {
                put(value);
            }
            else
            {
                unreadable++;
            }
        }

        Read("SELECT body FROM hold", row => Put(row.GetString(0), StateJson.Default.Hold, book.Put));
        Read("SELECT body FROM run WHERE closed IS NULL", row => Put(row.GetString(0), StateJson.Default.Run, book.Restore));

        // They tell a late or repeated report from a new one.
        Read(
            "SELECT key FROM run WHERE closed IS NOT NULL",
            row =>
            {
                if (RunKey.TryParse(row.GetString(0), out var key))
                {
                    book.Restore(key);
                }
            }
        );
        return unreadable;
    }

    /// <summary>Records that are due, oldest first, and of each job only the oldest that waits.</summary>
    /// <returns>The records, and the places of those that can't be read any more.</returns>
    public (List<PendingDelivery> Due, List<long> Unreadable) ReadDue(DateTimeOffset now, int limit)
    {
        var (due, unreadable) = (new List<PendingDelivery>(), new List<long>());
        Read(
            """
            SELECT seq, attempts, run, account, kind, body FROM delivery d
            WHERE state = 0 AND due <= $a
              AND NOT EXISTS (SELECT 1 FROM delivery e WHERE e.bank_id = d.bank_id AND e.state = 0 AND e.seq < d.seq)
            ORDER BY seq LIMIT $b
            """,
            row =>
            {
                if (ReadDelivery(row, 2) is { } delivery)
                {
                    due.Add(new PendingDelivery(row.GetInt64(0), row.GetInt32(1), delivery));
                }
                else
                {
                    unreadable.Add(row.GetInt64(0));
                }
            },
            now.ToUnixTimeMilliseconds(),
            limit
        );
        return (due, unreadable);
    }

    /// <summary>Records that the bank will not take, oldest first.</summary>
    /// <param name="after">Place of the last one that is known already.</param>
    /// <param name="limit">How many at most.</param>
    public List<DeadLetter> ReadDeadLetters(long after, int limit)
    {
        var letters = new List<DeadLetter>();
        Read(
            "SELECT seq, kind, bank_id, account, attempts, due, problem, body FROM delivery WHERE state = 2 AND seq > $a ORDER BY seq LIMIT $b",
            row =>
                letters.Add(
                    new DeadLetter(
                        row.GetInt64(0),
                        (DeliveryKind)row.GetInt32(1),
                        row.GetString(2),
                        row.GetString(3),
                        row.GetInt32(4),
                        DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(5)),
                        row.IsDBNull(6) ? "" : row.GetString(6),
                        StateJson.TryRead(row.GetString(7), BankApiJsonContext.Default.Job)
                    )
                ),
            after,
            limit
        );
        return letters;
    }

    /// <summary>Records that the bank has not confirmed, oldest first.</summary>
    /// <param name="after">Place of the last one that is known already.</param>
    /// <param name="limit">How many at most.</param>
    public List<WaitingRecord> ReadWaiting(long after, int limit)
    {
        var records = new List<WaitingRecord>();
        Read(
            """
            SELECT seq, kind, bank_id, account, attempts, created, due, problem, body FROM delivery
            WHERE state = 0 AND seq > $a ORDER BY seq LIMIT $b
            """,
            row =>
                records.Add(
                    new WaitingRecord(
                        row.GetInt64(0),
                        (DeliveryKind)row.GetInt32(1),
                        row.GetString(2),
                        row.GetString(3),
                        row.GetInt32(4),
                        DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(5)),
                        DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(6)),
                        row.IsDBNull(7) ? "" : row.GetString(7),
                        StateJson.TryRead(row.GetString(8), BankApiJsonContext.Default.Job)
                    )
                ),
            after,
            limit
        );
        return records;
    }

    /// <summary>What the bank last answered about records of a job that wait or are parked; "" when there is nothing.</summary>
    public string ProblemOf(string bankId)
    {
        var problem = "";
        Read(
            "SELECT problem FROM delivery WHERE state IN (0, 2) AND problem <> '' AND bank_id = $a ORDER BY seq DESC LIMIT 1",
            row => problem = row.GetString(0),
            bankId
        );
        return problem;
    }

    public OutboxCounts Count()
    {
        var counts = default(OutboxCounts);
        Read(
            "SELECT (SELECT count(*) FROM delivery WHERE state = 0), (SELECT count(*) FROM delivery WHERE state = 2)",
            row => counts = new OutboxCounts(row.GetInt64(0), row.GetInt64(1))
        );
        return counts;
    }

    /// <summary>Since when the oldest record waits; null when none does.</summary>
    public DateTimeOffset? Oldest()
    {
        DateTimeOffset? oldest = null;
        Read(
            "SELECT created FROM delivery WHERE state = 0 ORDER BY seq LIMIT 1",
            row => oldest = DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(0))
        );
        return oldest;
    }

    public void Dispose()
    {
        _begin.Dispose();
        _commit.Dispose();
        _writer.Dispose();
        _reader.Dispose();
        _flusher.Dispose();
        _log?.Dispose();
        _runs.Dispose();
        History.Dispose();
        _connection.Dispose();
        _lock.Dispose();
    }

    // From the log into the database, as far as nobody reads what was there before. How many pages the log has.
    private long Copy()
    {
        using var command = _flusher.CreateCommand();
        command.CommandText = "PRAGMA wal_checkpoint(PASSIVE)";
        using var row = command.ExecuteReader();
        return row.Read() ? row.GetInt64(1) : 0;
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

    private static string? Damage(string file)
    {
        if (!File.Exists(file))
        {
            return null;
        }

        try
        {
            using var connection = Open(file);
            using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA quick_check(1)";
            return command.ExecuteScalar() is "ok" ? null : Problems.CheckFails;
        }
        catch (SqliteException e) when (IsDamage(e))
        {
            return e.Message;
        }
    }

    // Columns run, account, kind, body.
    private static Delivery? ReadDelivery(SqliteDataReader row, int column) =>
        RunKey.TryParse(row.GetString(column), out var run)
        && StateJson.TryRead(row.GetString(column + 3), BankApiJsonContext.Default.Job) is { } job
            ? new Delivery(run, row.GetString(column + 1), (DeliveryKind)row.GetInt32(column + 2), job)
            : null;

    private SqliteCommand Prepare(string text)
    {
        var command = _connection.CreateCommand();
        command.CommandText = text;
        command.Prepare();
        return command;
    }

    private void Execute(string text)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = text;
        command.ExecuteNonQuery();
    }

    private void Read(string text, Action<SqliteDataReader> row, params ReadOnlySpan<object> values)
    {
        lock (_readGate)
        {
            using var command = _reader.CreateCommand();
            command.CommandText = text;
            for (var i = 0; i < values.Length; i++)
            {
                command.Parameters.AddWithValue($"${(char)('a' + i)}", values[i]);
            }

            using var reader = command.ExecuteReader();
            while (reader.Read())
            {
                row(reader);
            }
        }
    }
}
