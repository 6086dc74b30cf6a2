using System.Globalization;
using System.Text;
using System.Text.Json;
using SlurmBanking.Bank.Storage;

namespace SlurmBanking.Bank.Commands;

/// <summary>Writes a statement for eyes, spreadsheets and programs.</summary>
internal static class StatementFormats
{
    private const string Row = "{0,-20}  {1,-10}  {2,-20}  {3,-10}  {4,15}  {5,15}";
    private static readonly CompositeFormat RowFormat = CompositeFormat.Parse(Row);

    public static void WriteTable(TextWriter output, IEnumerable<StatementEntry> entries)
    {
        output.WriteLine(string.Format(CultureInfo.InvariantCulture, RowFormat, "TIME", "CODE", "JOB", "USER", "AMOUNT", "BALANCE"));
        foreach (var entry in entries)
        {
            output.WriteLine(
                string.Format(
                    CultureInfo.InvariantCulture,
                    RowFormat,
                    Time(entry),
                    Code(entry),
                    entry.Job ?? "-",
                    entry.Uid ?? "-",
                    entry.Amount,
                    entry.Balance
                )
            );
        }
    }

    public static void WriteCsv(TextWriter output, IEnumerable<StatementEntry> entries)
    {
        output.WriteLine("time,code,job,user,amount,balance");
        foreach (var entry in entries)
        {
            output.WriteLine($"{Time(entry)},{Code(entry)},{Quoted(entry.Job)},{entry.Uid},{entry.Amount},{entry.Balance}");
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
                json.WriteStartObject();
                json.WriteString("time", Time(entry));
                json.WriteString("code", Code(entry));
                json.WriteString("job", entry.Job);
                json.WriteString("user", entry.Uid);
                json.WriteString("amount", entry.Amount.ToString());
                json.WriteString("balance", entry.Balance.ToString());
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        output.WriteLine(Encoding.UTF8.GetString(buffer.ToArray()));
    }

    private static string Time(StatementEntry entry) => entry.At.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static string Code(StatementEntry entry) => entry.Code.ToString().ToLowerInvariant();

    private static string Quoted(string? text) =>
        text is not null && text.AsSpan().IndexOfAny("\",\n\r") >= 0
            ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\""
            : text ?? "";
}
