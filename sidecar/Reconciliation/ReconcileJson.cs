using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Google.Protobuf.WellKnownTypes;
using SlurmBanking.Terms;
using SlurmBanking.Wire.Banking;

namespace SlurmBanking.Sidecar.Reconciliation;

/// <summary>For programs: one JSON object, amounts as decimal text of SU, times in UTC.</summary>
internal sealed class ReconcileJson(TextWriter output) : IReconcilePrinter
{
    private readonly List<Wire.Banking.Difference> _differences = [];

    public void Print(Wire.Banking.Difference difference) => _differences.Add(difference);

    public void Print(ReconcileSummary summary)
    {
        var text = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(text, new JsonWriterOptions { Indented = true }))
        {
            writer.WriteStartObject();
            writer.WriteString("since", Text(summary.Since));
            writer.WriteString("until", Text(summary.Until));
            writer.WriteNumber("runs", summary.Runs);
            writer.WriteNumber("different", summary.Differences);
            writer.WriteNumber("remarks", summary.Remarks);
            writer.WriteNumber("posted", summary.Posted);
            writer.WriteBoolean("strays_sought", summary.StraysSought);
            writer.WriteStartArray("differences");
            _differences.ForEach(difference => Write(writer, difference));
            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        output.WriteLine(Encoding.UTF8.GetString(text.WrittenSpan));
    }

    private static void Write(Utf8JsonWriter writer, Wire.Banking.Difference difference)
    {
        writer.WriteStartObject();
        writer.WriteString("kind", ReconcileWords.Of(difference.Kind));
        writer.WriteString("job", difference.BankId);
        writer.WriteString("account", difference.Account);
        writer.WriteString("user", difference.User);
        writer.WriteString("partition", difference.Partition);
        writer.WriteString("state", difference.State);
        writer.WriteString("start", Text(difference.Start));
        writer.WriteString("end", Text(difference.End));
        writer.WriteString("slurm", difference.HasExpected ? new ServiceUnits(difference.Expected).ToString() : null);
        writer.WriteString("bank", difference.HasTold ? new ServiceUnits(difference.Told).ToString() : null);
        writer.WriteString("note", difference.Note);
        writer.WriteBoolean("posted", difference.Posted);
        writer.WriteEndObject();
    }

    private static string? Text(Timestamp? time) =>
        time?.ToDateTimeOffset().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
