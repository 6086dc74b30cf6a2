using Npgsql;
using SlurmBanking.Bank.Storage.Sql;

namespace SlurmBanking.Bank.Storage.Postgres;

/// <summary>Jobs of any number of projects that are locked, as one statement for new ones and one for those that are there.</summary>
internal sealed class PostgresJobs
{
    private const string Rows = $"""
        unnest(CAST($1 AS TEXT[]), CAST($2 AS TEXT[]), CAST($3 AS TEXT[]), CAST($4 AS BIGINT[]), CAST($5 AS BIGINT[]),
               CAST($6 AS BIGINT[]), CAST($7 AS BIGINT[]), CAST($8 AS TEXT[]), CAST($9 AS TEXT[]), CAST($10 AS TEXT[]),
               CAST($11 AS TEXT[]), CAST($12 AS INTEGER[]), CAST($13 AS INTEGER[]), CAST($14 AS INTEGER[]), CAST($15 AS NUMERIC[]),
               CAST($16 AS NUMERIC[]), CAST($17 AS TEXT[]), CAST($18 AS BIGINT[]), CAST($19 AS INTEGER[]), CAST($20 AS BOOLEAN[]),
               CAST($21 AS INTEGER[]), CAST($22 AS BIGINT[]))
            told ({SqlJobs.Columns})
        """;

    // Two projects' jobs of one id can be created at the same time: the second must fail here, not take the place of the first.
    private const string Insert = $"INSERT INTO jobs ({SqlJobs.Columns}) SELECT * FROM {Rows}";

    private const string Update = $"""
        UPDATE jobs SET
            submitted = told.submitted, started = told.started, ended = told.ended, amount = told.amount, status = told.status,
            partition = told.partition, qos = told.qos, nodes = told.nodes, cpus = told.cpus, nodes_asked = told.nodes_asked,
            nodes_given = told.nodes_given, raw_time = told.raw_time, cpu_time = told.cpu_time, billed_to = told.billed_to,
            charged = told.charged, revision = told.revision, is_settled = told.is_settled, period = told.period,
            refunded = told.refunded
        FROM {Rows}
        WHERE jobs.jobslurmid = told.jobslurmid
        """;

    // In one order at all banks: two that create the same jobs wait for each other, never in a circle.
    private readonly SortedDictionary<string, (StoredJob Job, bool IsNew)> _jobs = new(StringComparer.Ordinal);

    /// <summary>Adds a job, in the place of what was added of it.</summary>
    public void Add(StoredJob job, bool isNew) =>
        _jobs[job.Bill.Job] = (job, isNew || (_jobs.TryGetValue(job.Bill.Job, out var earlier) && earlier.IsNew));

    /// <summary>The statements that write what was added. Begins anew.</summary>
    public IReadOnlyList<NpgsqlBatchCommand> Take()
    {
        var commands = new List<NpgsqlBatchCommand>();
        foreach (var group in _jobs.Values.ToLookup(static job => job.IsNew, static job => job.Job))
        {
            commands.Add(Command(group.Key ? Insert : Update, [.. group]));
        }

        _jobs.Clear();
        return commands;
    }

    private static NpgsqlBatchCommand Command(string sql, StoredJob[] jobs)
    {
#pragma warning disable CA2100 // one of the constants above
        var command = new NpgsqlBatchCommand(sql);
#pragma warning restore CA2100
        void Column<T>(Func<StoredJob, T> value) =>
            command.Parameters.Add(new NpgsqlParameter<T[]> { TypedValue = Array.ConvertAll(jobs, job => value(job)) });
        Column(static job => job.Record.JobSlurmId);
        Column(static job => job.Record.AccountId);
        Column(static job => job.Record.UserId);
        Column(static job => SqlValues.MicrosecondsOrNull(job.Record.SubmitDate));
        Column(static job => SqlValues.MicrosecondsOrNull(job.Record.StartDate));
        Column(static job => SqlValues.MicrosecondsOrNull(job.Record.EndDate));
        Column(static job => job.Record.Amount.GetValueOrDefault().Hundredths);
        Column(static job => job.Record.JobStatus);
        Column(static job => job.Record.Partition);
        Column(static job => job.Record.Qos);
        Column(static job => SqlJobs.ToText(job.Record.Nodes));
        Column(static job => job.Record.NumCpus);
        Column(static job => job.Record.NumReqNodes);
        Column(static job => job.Record.NumAllocNodes);
        Column(static job => job.Record.RawTime);
        Column(static job => job.Record.CpuTime);
        Column(static job => job.Bill.Partition);
        Column(static job => job.Bill.Charged.Hundredths);
        Column(static job => job.Bill.Revision);
        Column(static job => job.Bill.IsSettled);
        Column(static job => job.Bill.Period);
        Column(static job => job.Bill.Refunded.Hundredths);
        return command;
    }
}
