using Microsoft.Data.Sqlite;
using SlurmBanking.Bank.Storage.Sql;

namespace SlurmBanking.Bank.Storage.Sqlite;

/// <summary>A connection with its prepared statements, for one thread at a time.</summary>
internal sealed class SqliteSession : SqlSession, IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly Dictionary<string, SqliteStatement> _prepared = new(StringComparer.Ordinal);

    public SqliteSession(string path, SqliteOpenMode mode)
    {
        _connection = new SqliteConnection(
            new SqliteConnectionStringBuilder
            {
                DataSource = path,
                Mode = mode,
                Pooling = false,
                // Seconds: commands of the command line write the same file while the server does.
                DefaultTimeout = 10,
            }.ToString()
        );
        try
        {
            _connection.Open();
            Run("PRAGMA busy_timeout = 10000");
            Run("PRAGMA journal_mode = WAL");
            Run("PRAGMA synchronous = FULL");
            Run("PRAGMA foreign_keys = ON");
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public SqliteConnection Connection => _connection;

    // One thread writes: the whole ledger is one book.
    public override string NumberColumns => "'', number";

    // What AUTOINCREMENT remembers, whatever is deleted.
    public override string BookLengths => "SELECT '', seq FROM sqlite_sequence WHERE name = 'transfers'";

    /// <summary>Rows that this connection has changed since it was opened.</summary>
    public long Changes => SQLitePCL.raw.sqlite3_total_changes(_connection.Handle!);

    /// <summary>For the one that writes: keeps 32 MiB of pages, and copies from the log to the file less often.</summary>
    public void KeepMore()
    {
        Run("PRAGMA cache_size = -32768");
        // What a statement changes is copied first, in case that it fails: not to a file.
        Run("PRAGMA temp_store = MEMORY");
        // In pages of 4 KiB. Each copying flushes the disk twice, while all wait who write.
        Run("PRAGMA wal_autocheckpoint = 8192");
    }

    public override void Run(string sql, params ReadOnlySpan<object?> values)
    {
        var statement = Prepare(sql, values);
        while (statement.Step())
        {
            // Pragmas answer; nobody asked.
        }

        statement.Reset();
    }

    public override T? First<T>(Func<ISqlRow, T> read, string sql, params ReadOnlySpan<object?> values)
        where T : default
    {
        var statement = Prepare(sql, values);
        try
        {
            return statement.Step() ? read(statement) : default;
        }
        finally
        {
            statement.Reset();
        }
    }

    public override List<T> All<T>(Func<ISqlRow, T> read, string sql, params ReadOnlySpan<object?> values)
    {
        var statement = Prepare(sql, values);
        try
        {
            var rows = new List<T>();
            while (statement.Step())
            {
                rows.Add(read(statement));
            }

            return rows;
        }
        finally
        {
            statement.Reset();
        }
    }

    public override IEnumerable<T> Each<T>(Func<ISqlRow, T> read, string sql)
    {
        var statement = Prepare(sql, []);
        try
        {
            while (statement.Step())
            {
                yield return read(statement);
            }
        }
        finally
        {
            statement.Reset();
        }
    }

    public void Dispose()
    {
        foreach (var statement in _prepared.Values)
        {
            statement.Dispose();
        }

        _connection.Dispose();
    }

    private SqliteStatement Prepare(string sql, ReadOnlySpan<object?> values)
    {
        if (!_prepared.TryGetValue(sql, out var statement))
        {
            statement = new SqliteStatement(_connection.Handle!, sql, values.Length);
            _prepared.Add(sql, statement);
        }

        statement.Bind(values);
        return statement;
    }
}
