using System.Text.Json;
using SlurmBanking.Bank.Ledger;
using SlurmBanking.BankApi;

namespace SlurmBanking.Bank.Storage.Sql;

/// <summary>A row of the table jobs, as <see cref="Columns"/> selects it.</summary>
internal static class SqlJobs
{
    public const string Columns =
        "jobslurmid, account, uid, submitted, started, ended, amount, status, partition, qos, nodes, cpus, nodes_asked, nodes_given, "
        + "raw_time, cpu_time, billed_to, charged, revision, is_settled, period, refunded";

    public static StoredJob Read(ISqlRow row) => new(Record(row), Bill(row));

    public static Job Record(ISqlRow row) =>
        new()
        {
            JobSlurmId = row.GetString(0),
            AccountId = row.GetString(1),
            UserId = row.GetString(2),
            SubmitDate = row.TimeOrNull(3),
            StartDate = row.TimeOrNull(4),
            EndDate = row.TimeOrNull(5),
            Amount = row.Amount(6),
            JobStatus = row.TextOrNull(7),
            Partition = row.TextOrNull(8),
            Qos = row.TextOrNull(9),
            Nodes = JsonSerializer.Deserialize(row.GetString(10), BankApiJsonContext.Default.IReadOnlyListJobNode),
            NumCpus = row.NumberOrNull(11),
            NumReqNodes = row.NumberOrNull(12),
            NumAllocNodes = row.NumberOrNull(13),
            RawTime = row.DecimalOrNull(14),
            CpuTime = row.DecimalOrNull(15),
        };

    public static JobBill Bill(ISqlRow row) =>
        new(
            row.GetString(0),
            row.GetString(1),
            row.GetString(2),
            row.GetString(16),
            row.Amount(17),
            row.GetInt32(18),
            row.GetBoolean(19),
            row.GetInt32(20),
            row.Amount(21)
        );

    public static string ToText(IReadOnlyList<JobNode>? nodes) =>
        JsonSerializer.Serialize(nodes ?? [], BankApiJsonContext.Default.IReadOnlyListJobNode);
}
