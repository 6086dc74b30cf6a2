using Npgsql;
using SlurmBanking.Bank.Storage.Sql;

namespace SlurmBanking.Bank.Storage.Postgres;

/// <summary>A connection from the pool, in a transaction or for one question; it prepares what is asked often.</summary>
internal sealed class PostgresSession(NpgsqlConnection connection, NpgsqlTransaction? transaction = null) : SqlSession
{
    // Sent in one go: for each answer of the server all wait who want the project.
    private readonly List<NpgsqlBatchCommand> _waiting = [];

    // Numbers without a gap can only be given out in turn, and turns are per project.
    public override string NumberColumns => "transfers.project, entry";

    public override string BookLengths => "SELECT name, transfers FROM accounts WHERE transfers > 0";

    /// <summary>Adds what is to be done before the next question and before the commit, and is kept elsewhere until then.</summary>
    public Action? Collect { get; set; }

    public override void Run(string sql, params ReadOnlySpan<object?> values)
    {
        var command = new NpgsqlBatchCommand(sql);
        Bind(command.Parameters, values);
        Add(command);
    }

    /// <summary>Adds a statement to what waits to be done.</summary>
    public void Add(NpgsqlBatchCommand command) => _waiting.Add(command);

    /// <summary>Does what waits to be done.</summary>
    public void Flush()
    {
        Collect?.Invoke();
        if (_waiting.Count == 0)
        {
            return;
        }

        using var batch = Batch(_waiting);
        _waiting.Clear();
        batch.ExecuteNonQuery();
    }

    /// <summary>Several questions in one go.</summary>
    public NpgsqlBatch Batch(IEnumerable<NpgsqlBatchCommand> commands)
    {
        var batch = new NpgsqlBatch(connection, transaction);
        foreach (var command in commands)
        {
            batch.BatchCommands.Add(command);
        }

        return batch;
    }

    public override T? First<T>(Func<ISqlRow, T> read, string sql, params ReadOnlySpan<object?> values)
        where T : default
    {
        using var command = Prepare(sql, values);
        using var reader = command.ExecuteReader();
        return reader.Read() ? read(new PostgresRow(reader)) : default;
    }

    public override List<T> All<T>(Func<ISqlRow, T> read, string sql, params ReadOnlySpan<object?> values)
    {
        using var command = Prepare(sql, values);
        using var reader = command.ExecuteReader();
        var row = new PostgresRow(reader);
        var rows = new List<T>();
        while (reader.Read())
        {
            rows.Add(read(row));
        }

        return rows;
    }

    public override IEnumerable<T> Each<T>(Func<ISqlRow, T> read, string sql)
    {
        using var command = Prepare(sql, []);
        // A whole ledger takes what it takes.
        command.CommandTimeout = 0;
        using var reader = command.ExecuteReader();
        var row = new PostgresRow(reader);
        while (reader.Read())
        {
            yield return read(row);
        }
    }

    private NpgsqlCommand Prepare(string sql, ReadOnlySpan<object?> values)
    {
        Flush();
#pragma warning disable CA2100 // every caller passes a constant; values go by parameter
        var command = new NpgsqlCommand(sql, connection, transaction);
#pragma warning restore CA2100
        Bind(command.Parameters, values);
        return command;
    }

    private static void Bind(NpgsqlParameterCollection parameters, ReadOnlySpan<object?> values)
    {
        foreach (var value in values)
        {
            parameters.Add(
                new NpgsqlParameter
                {
                    Value = value switch
                    {
                        null => DBNull.Value,
                        // PostgreSQL's text has no NUL. None gets this far to be stored; what is looked for with one is not there.
                        string text => text.Replace('\0', '\uFFFF'),
                        _ => value,
                    },
                }
            );
        }
    }
}
