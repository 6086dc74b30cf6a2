using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using SlurmBanking.Bank.Ledger;
using SlurmBanking.Bank.Storage;

namespace SlurmBanking.Bank.Teller;

/// <summary>Writes a statement for eyes, spreadsheets and programs.</summary>
internal static class StatementFormats
{
    private const string Row = "{0,-20}  {1,-10}  {2,-20}  {3,-10}  {4,15}  {5,15}  {6,-10}  {7}";
    private static readonly CompositeFormat RowFormat = CompositeFormat.Parse(Row);

    /// <summary>For eyes; times are UTC.</summary>
    public static void WriteTable(TextWriter output, IEnumerable<StatementEntry> entries)
    {
        output.WriteLine(
            string.Format(
                CultureInfo.InvariantCulture,
                RowFormat,
                "TIME (UTC)",
                "CODE",
                "JOB",
                "USER",
                "AMOUNT",
                "BALANCE",
                "ACTOR",
                "REASON"
            )
        );
        foreach (var entry in entries)
        {
            output.WriteLine(
                string.Format(
                    CultureInfo.InvariantCulture,
                    RowFormat,
                    Time(entry.At),
                    Code(entry.Code),
                    entry.Job ?? "-",
                    entry.Uid ?? "-",
                    entry.Amount,
                    entry.Balance,
                    entry.Actor ?? "-",
                    entry.Reason ?? "-"
                )
            );
        }
    }

    public static void WriteCsv(TextWriter output, IEnumerable<StatementEntry> entries)
    {
        output.WriteLine("time,code,job,user,amount,balance,actor,reason");
        foreach (var entry in entries)
        {
            output.WriteLine(
                $"{Time(entry.At)},{Code(entry.Code)},{Quoted(entry.Job)},{entry.Uid},{entry.Amount},{entry.Balance},{Quoted(entry.Actor)},{Quoted(entry.Reason)}"
            );
        }
    }

    public static void WriteJson(TextWriter output, IEnumerable<StatementEntry> entries)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartArray();
            foreach (var entry in entries)
            {
                ToJson(entry).WriteTo(json);
            }

            json.WriteEndArray();
        }

        output.WriteLine(Encoding.UTF8.GetString(buffer.ToArray()));
    }

    /// <summary>A line for programs.</summary>
    public static JsonObject ToJson(StatementEntry entry) =>
        new()
        {
            ["time"] = Time(entry.At),
            ["code"] = Code(entry.Code),
            ["job"] = entry.Job,
            ["user"] = entry.Uid,
            ["amount"] = entry.Amount.ToString(),
            ["balance"] = entry.Balance.ToString(),
            ["actor"] = entry.Actor,
            ["reason"] = entry.Reason,
        };

    /// <summary>A time as RFC 3339 has it, in UTC.</summary>
    public static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>A code as clients see it.</summary>
    public static string Code(TransferCode code) => code.ToString().ToLowerInvariant();

    private static string Quoted(string? text) =>
        text is not null && text.AsSpan().IndexOfAny("\",\n\r") >= 0
            ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\""
            : text ?? "";
}
