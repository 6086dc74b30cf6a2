using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using SlurmBanking.Bank.Storage;

namespace SlurmBanking.Bank.Teller;

/// <summary>Writes the receipt of a job for eyes and programs.</summary>
internal static class Receipts
{
    public static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };
    private static readonly CompositeFormat Row = CompositeFormat.Parse("{0,-20}  {1,-10}  {2,-28}  {3,-28}  {4,15}  {5,-10}  {6}");

    public static JsonObject ToJson(StoredJob job, IReadOnlyList<PostedTransfer> transfers)
    {
        var (record, bill) = job;
        return new JsonObject
        {
            ["job"] = bill.Job,
            ["account"] = bill.Account,
            ["user"] = bill.Uid,
            ["partition"] = record.Partition,
            ["status"] = record.JobStatus,
            ["submitted"] = Time(record.SubmitDate),
            ["started"] = Time(record.StartDate),
            ["ended"] = Time(record.EndDate),
            ["amount"] = record.Amount.GetValueOrDefault().ToString(),
            ["charged"] = bill.Charged.ToString(),
            ["refunded"] = bill.Refunded.ToString(),
            ["is_settled"] = bill.IsSettled,
            ["transfers"] = new JsonArray([.. transfers.Select(static JsonNode (posted) => ToJson(posted))]),
        };
    }

    public static JsonObject ToJson(PostedTransfer posted)
    {
        var transfer = posted.Transfer;
        return new JsonObject
        {
            ["time"] = StatementFormats.Time(posted.At),
            ["code"] = StatementFormats.Code(transfer.Code),
            ["from"] = transfer.Debit.ToString(),
            ["to"] = transfer.Credit.ToString(),
            ["amount"] = transfer.Amount.ToString(),
            ["job"] = transfer.Job,
            ["actor"] = transfer.Actor,
            ["reason"] = transfer.Reason,
        };
    }

    public static void WriteTable(TextWriter output, StoredJob job, IReadOnlyList<PostedTransfer> transfers)
    {
        var (record, bill) = job;
        output.WriteLine($"job {bill.Job} of user {bill.Uid} on account {bill.Account}, partition {record.Partition ?? "-"}");
        output.WriteLine(
            $"submitted {Time(record.SubmitDate) ?? "-"}, started {Time(record.StartDate) ?? "-"}, ended {Time(record.EndDate) ?? "-"} (UTC)"
        );
        output.WriteLine(
            $"amount {record.Amount.GetValueOrDefault()} SU, refunded {bill.Refunded}, charged {bill.Charged}, {(bill.IsSettled ? "settled" : "not settled")}"
        );
        void Line(params ReadOnlySpan<object?> values) => output.WriteLine(string.Format(CultureInfo.InvariantCulture, Row, values));
        Line("TIME (UTC)", "CODE", "FROM", "TO", "AMOUNT", "ACTOR", "REASON");
        foreach (var (at, transfer) in transfers)
        {
            Line(
                StatementFormats.Time(at),
                StatementFormats.Code(transfer.Code),
                transfer.Debit,
                transfer.Credit,
                transfer.Amount,
                transfer.Actor ?? "-",
                transfer.Reason ?? "-"
            );
        }
    }

    private static string? Time(DateTimeOffset? time) => time is { } value ? StatementFormats.Time(value) : null;
}
