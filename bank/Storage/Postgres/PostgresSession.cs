using System.Data.Common;
using Npgsql;
using SlurmBanking.Bank.Storage.Sql;

namespace SlurmBanking.Bank.Storage.Postgres;

/// <summary>A transaction of a connection from the pool, which prepares what is asked often.</summary>
internal sealed class PostgresSession(NpgsqlTransaction transaction) : SqlSession
{
    // Sent in one go: for each answer of the server all wait who want the project.
    private readonly List<NpgsqlBatchCommand> _waiting = [];

    // Numbers without a gap can only be given out in turn, and turns are per project.
    public override string NumberColumns => "transfers.project, entry";

    public override string BookLengths => "SELECT name, transfers FROM accounts WHERE transfers > 0";

    public override void Run(string sql, params ReadOnlySpan<object?> values)
    {
        var command = new NpgsqlBatchCommand(sql);
        Bind(command.Parameters, values);
        _waiting.Add(command);
    }

    /// <summary>Does what waits to be done.</summary>
    public void Flush()
    {
        if (_waiting.Count == 0)
        {
            return;
        }

        using var batch = new NpgsqlBatch(transaction.Connection, transaction);
        foreach (var command in _waiting)
        {
            batch.BatchCommands.Add(command);
        }

        _waiting.Clear();
        batch.ExecuteNonQuery();
    }

    protected override DbCommand Prepare(string sql, ReadOnlySpan<object?> values)
    {
        Flush();
#pragma warning disable CA2100 // every caller passes a constant; values go by parameter
        var command = new NpgsqlCommand(sql, transaction.Connection, transaction);
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
