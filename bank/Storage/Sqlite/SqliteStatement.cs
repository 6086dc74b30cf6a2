using System.Globalization;
using System.Text;
using Microsoft.Data.Sqlite;
using SlurmBanking.Bank.Storage.Sql;
using SQLitePCL;

namespace SlurmBanking.Bank.Storage.Sqlite;

/// <summary>
/// A prepared statement, and the row that it stands on. SQLite's own interface: a command of ADO.NET looks for each parameter by its
/// name and makes a reader for each run, which takes longer than the run.
/// </summary>
internal sealed class SqliteStatement : ISqlRow, IDisposable
{
    private const int LongestOnStack = 512;
    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _statement;

    // Where $1, $2 and so on are among the statement's parameters, which are numbered as they come; 0 for one that it has not.
    private readonly int[] _places;

    /// <param name="database">The connection.</param>
    /// <param name="sql">One statement.</param>
    /// <param name="count">How many values it is given.</param>
    public SqliteStatement(sqlite3 database, string sql, int count)
    {
        _database = database;
        Check(raw.sqlite3_prepare_v3(database, sql, raw.SQLITE_PREPARE_PERSISTENT, out _statement));
        _places = [.. Enumerable.Range(1, count).Select(i => raw.sqlite3_bind_parameter_index(_statement, $"${i}"))];
    }

    public void Bind(ReadOnlySpan<object?> values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            if (_places[i] != 0)
            {
                Check(Bind(_places[i], values[i]));
            }
        }
    }

    /// <summary>Goes to the next row.</summary>
    /// <returns>Whether there is one.</returns>
    public bool Step()
    {
        var result = raw.sqlite3_step(_statement);
        if (result is raw.SQLITE_ROW or raw.SQLITE_DONE)
        {
            return result == raw.SQLITE_ROW;
        }

        // Before the statement is reset, which is when the connection forgets what was wrong.
        var failure = Failure(result);
        Reset();
        throw failure;
    }

    /// <summary>Lets the row go, and with it what the statement has locked.</summary>
    // What it says is what the last step said.
    public void Reset() => _ = raw.sqlite3_reset(_statement);

    public bool IsDBNull(int column) => raw.sqlite3_column_type(_statement, column) == raw.SQLITE_NULL;

    public string GetString(int column) => raw.sqlite3_column_text(_statement, column).utf8_to_string();

    public long GetInt64(int column) => raw.sqlite3_column_int64(_statement, column);

    public int GetInt32(int column) => checked((int)GetInt64(column));

    public bool GetBoolean(int column) => GetInt64(column) != 0;

    public decimal GetDecimal(int column) => decimal.Parse(GetString(column), NumberStyles.Float, CultureInfo.InvariantCulture);

    public byte[] GetBytes(int column) => raw.sqlite3_column_blob(_statement, column).ToArray();

    public void Dispose() => _statement.Dispose();

    private int Bind(int place, object? value) =>
        value switch
        {
            null => raw.sqlite3_bind_null(_statement, place),
            long number => raw.sqlite3_bind_int64(_statement, place, number),
            int number => raw.sqlite3_bind_int(_statement, place, number),
            bool flag => raw.sqlite3_bind_int(_statement, place, flag ? 1 : 0),
            string text => BindText(place, text),
            decimal number => BindText(place, number.ToString(CultureInfo.InvariantCulture)),
            byte[] bytes => raw.sqlite3_bind_blob(_statement, place, bytes),
            _ => throw new InvalidOperationException($"a {value.GetType()} is no value of a statement"),
        };

    private int BindText(int place, string text)
    {
        // An empty span is no text but NULL.
        if (text.Length is 0 or > LongestOnStack)
        {
            return raw.sqlite3_bind_text(_statement, place, text);
        }

        Span<byte> bytes = stackalloc byte[LongestOnStack * 3];
        return raw.sqlite3_bind_text(_statement, place, bytes[..Encoding.UTF8.GetBytes(text, bytes)]);
    }

    private void Check(int result)
    {
        if (result != raw.SQLITE_OK)
        {
            throw Failure(result);
        }
    }

    private SqliteException Failure(int result) =>
        new(
            $"SQLite Error {result}: '{raw.sqlite3_errmsg(_database).utf8_to_string()}'.",
            result & 0xFF,
            raw.sqlite3_extended_errcode(_database)
        );
}
