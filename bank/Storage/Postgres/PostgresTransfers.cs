using Npgsql;
using SlurmBanking.Bank.Ledger;
using SlurmBanking.Bank.Storage.Sql;

namespace SlurmBanking.Bank.Storage.Postgres;

/// <summary>Transfers of any number of projects that are locked, as one statement.</summary>
internal sealed class PostgresTransfers
{
    // An account of the ledger whose id is not known is looked for, or begun.
    private const string Insert = """
        INSERT INTO transfers (project, entry, at, code, debit, credit, amount, job, key, actor, reason)
        SELECT project, entry, at, code, coalesce(debit, ledger_account(debit_kind, debit_owner, debit_uid, project, false)),
               coalesce(credit, ledger_account(credit_kind, credit_owner, credit_uid, project, false)), amount, job, key, actor, reason
        FROM unnest(CAST($1 AS TEXT[]), CAST($2 AS BIGINT[]), CAST($3 AS BIGINT[]), CAST($4 AS TEXT[]), CAST($5 AS BIGINT[]),
                    CAST($6 AS TEXT[]), CAST($7 AS TEXT[]), CAST($8 AS TEXT[]), CAST($9 AS BIGINT[]), CAST($10 AS TEXT[]),
                    CAST($11 AS TEXT[]), CAST($12 AS TEXT[]), CAST($13 AS BIGINT[]), CAST($14 AS TEXT[]), CAST($15 AS TEXT[]),
                    CAST($16 AS TEXT[]), CAST($17 AS TEXT[]))
            made (project, entry, at, code, debit, debit_kind, debit_owner, debit_uid, credit, credit_kind, credit_owner, credit_uid,
                  amount, job, key, actor, reason)
        """;

    private readonly List<Row> _rows = [];

    /// <summary>Adds one.</summary>
    /// <param name="project">The project.</param>
    /// <param name="entry">Its number in the project's book; null to have it numbered.</param>
    /// <param name="at">When it is made, in microseconds.</param>
    /// <param name="transfer">The transfer.</param>
    /// <param name="memory">Where ids are known.</param>
    public void Add(string project, long? entry, long at, Transfer transfer, BooksMemory? memory)
    {
        long? Id(LedgerAccount account) => memory is not null && memory.Ids.TryGetValue((project, account), out var id) ? id : null;
        _rows.Add(new Row(project, entry, at, transfer, Id(transfer.Debit), Id(transfer.Credit)));
    }

    /// <summary>The statement that writes what was added; null when nothing was. Begins anew.</summary>
    public NpgsqlBatchCommand? Take()
    {
        if (_rows.Count == 0)
        {
            return null;
        }

        var command = new NpgsqlBatchCommand(Insert);
        void Column<T>(Func<Row, T> value) => command.Parameters.Add(new NpgsqlParameter<T[]> { TypedValue = [.. _rows.Select(value)] });
        Column(static row => row.Project);
        Column(static row => row.Entry);
        Column(static row => row.At);
        Column(static row => row.Transfer.Code.ToString());
        Column(static row => row.Debit);
        Column(static row => row.Transfer.Debit.Kind.ToString());
        Column(static row => row.Transfer.Debit.Owner);
        Column(static row => row.Transfer.Debit.Uid);
        Column(static row => row.Credit);
        Column(static row => row.Transfer.Credit.Kind.ToString());
        Column(static row => row.Transfer.Credit.Owner);
        Column(static row => row.Transfer.Credit.Uid);
        Column(static row => row.Transfer.Amount.Hundredths);
        Column(static row => row.Transfer.Job);
        Column(static row => row.Transfer.Key);
        Column(static row => row.Transfer.Actor);
        Column(static row => row.Transfer.Reason);
        _rows.Clear();
        return command;
    }

    private readonly record struct Row(string Project, long? Entry, long At, Transfer Transfer, long? Debit, long? Credit);
}
