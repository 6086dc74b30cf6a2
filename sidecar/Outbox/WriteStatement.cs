using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace SlurmBanking.Sidecar.Outbox;

/// <summary>
/// A prepared statement that writes, given its values in the order of their numbers (?1, ?2). SQLite's own interface: a command of ADO.NET
/// makes a text of each value, and a reader for each run.
/// </summary>
internal sealed class WriteStatement : IDisposable
{
    private const int LongestOnStack = 512;

    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _statement;
    private int _bound;

    public WriteStatement(SqliteConnection connection, string sql)
    {
        _database = connection.Handle ?? throw new InvalidOperationException("the connection is not open");
        SqliteException.ThrowExceptionForRC(
            raw.sqlite3_prepare_v3(_database, sql, raw.SQLITE_PREPARE_PERSISTENT, out _statement),
            _database
        );
    }

    public WriteStatement With(long value) => Bound(raw.sqlite3_bind_int64(_statement, ++_bound, value));

    public WriteStatement With(long? value) => value is { } known ? With(known) : Bound(raw.sqlite3_bind_null(_statement, ++_bound));

    /// <param name="utf8">Not empty.</param>
    public WriteStatement With(ReadOnlySpan<byte> utf8) => Bound(raw.sqlite3_bind_text(_statement, ++_bound, utf8));

    public WriteStatement With(string? text)
    {
        // An empty span is no text but NULL.
        if (text is null || text.Length is 0 or > LongestOnStack)
        {
            return Bound(text is null ? raw.sqlite3_bind_null(_statement, ++_bound) : raw.sqlite3_bind_text(_statement, ++_bound, text));
        }

        Span<byte> bytes = stackalloc byte[LongestOnStack * 3];
        return With(bytes[..Encoding.UTF8.GetBytes(text, bytes)]);
    }

    /// <returns>How many rows it changed.</returns>
    /// <exception cref="SqliteException">It can't be written.</exception>
    public int Run()
    {
        _bound = 0;
        var result = raw.sqlite3_step(_statement);
        try
        {
            // Before the statement is reset, which is when the connection forgets what was wrong.
            SqliteException.ThrowExceptionForRC(result == raw.SQLITE_DONE ? raw.SQLITE_OK : result, _database);
            return raw.sqlite3_changes(_database);
        }
        finally
        {
            _ = raw.sqlite3_reset(_statement);
        }
    }

    public void Dispose() => _statement.Dispose();

    private WriteStatement Bound(int result)
    {
        if (result != raw.SQLITE_OK)
        {
            _bound = 0;
            SqliteException.ThrowExceptionForRC(result, _database);
        }

        return this;
    }
}
