using System.Data.Common;
using System.Globalization;
using Microsoft.Data.Sqlite;
using SlurmBanking.Bank.Storage.Sql;

namespace SlurmBanking.Bank.Storage.Sqlite;

/// <summary>A connection with its prepared statements, for one thread at a time.</summary>
internal sealed class SqliteSession : SqlSession, IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly Dictionary<string, SqliteCommand> _prepared = [];

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
            Run("PRAGMA journal_mode = WAL");
            Run("PRAGMA synchronous = FULL");
            Run("PRAGMA foreign_keys = ON");
            Run("PRAGMA busy_timeout = 10000");
        }
        catch
        {
            _connection.Dispose();
            throw;
        }
    }

    public SqliteConnection Connection => _connection;

    // One thread writes: the whole ledger is one book.
    public override string NumberColumns => "'', number";

    // What AUTOINCREMENT remembers, whatever is deleted.
    public override string BookLengths => "SELECT '', seq FROM sqlite_sequence WHERE name = 'transfers'";

    /// <summary>For the one that writes: keeps 32 MiB of pages, and copies from the log to the file less often.</summary>
    public void KeepMore()
    {
        Run("PRAGMA cache_size = -32768");
        // In pages of 4 KiB. Each copying flushes the disk twice, while all wait who write.
        Run("PRAGMA wal_autocheckpoint = 8192");
    }

    public void Dispose()
    {
        foreach (var command in _prepared.Values)
        {
            command.Dispose();
        }

        _connection.Dispose();
    }

    protected override DbCommand Prepare(string sql, ReadOnlySpan<object?> values)
    {
        if (!_prepared.TryGetValue(sql, out var command))
        {
            command = _connection.CreateCommand();
#pragma warning disable CA2100 // every caller passes a constant; values go by parameter
            command.CommandText = sql;
#pragma warning restore CA2100
            for (var i = 0; i < values.Length; i++)
            {
                command.Parameters.Add(new SqliteParameter { ParameterName = $"${i + 1}" });
            }

            _prepared.Add(sql, command);
        }

        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = values[i] switch
            {
                null => DBNull.Value,
                decimal number => number.ToString(CultureInfo.InvariantCulture),
                { } value => value,
            };
        }

        return command;
    }
}
