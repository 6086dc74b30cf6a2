using System.Globalization;
using SlurmBanking.Terms;
using SlurmBanking.Wire.Banking;

namespace SlurmBanking.Sidecar.Reconciliation;

/// <summary>For a person: a line for each difference, in columns, and what they come to.</summary>
internal sealed class ReconcileTable(TextWriter output) : IReconcilePrinter
{
    private bool _begun;

    public void Print(Wire.Banking.Difference difference)
    {
        if (!_begun)
        {
            _begun = true;
            Line("KIND", "JOB", "ACCOUNT", "USER", "PARTITION", "STATE", "ENDED", "SLURM", "BANK", "");
        }

        Line(
            ReconcileWords.Of(difference.Kind),
            difference.BankId,
            difference.Account,
            difference.User,
            difference.Partition,
            difference.State,
            difference.End?.ToDateTimeOffset().ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) ?? "",
            difference.HasExpected ? new ServiceUnits(difference.Expected).ToString() : "-",
            difference.HasTold ? new ServiceUnits(difference.Told).ToString() : "-",
            difference.Posted ? "posted" : difference.Note
        );
    }

    public void Print(ReconcileSummary summary)
    {
        var remarks = summary.Remarks == 0 ? "" : $", {summary.Remarks} remarks";
        output.WriteLine($"{summary.Runs} runs compared, {summary.Differences} differences{remarks}, {summary.Posted} posted");
        if (!summary.StraysSought)
        {
            output.WriteLine("The bank has too many records to look for such that Slurm does not know.");
        }
    }

    private void Line(params ReadOnlySpan<string> fields)
    {
        var line = string.Format(
            CultureInfo.InvariantCulture,
            "{0,-14} {1,-14} {2,-16} {3,8} {4,-12} {5,-13} {6,-19} {7,12} {8,12} {9}",
            [.. fields.ToArray()]
        );
        output.WriteLine(line.TrimEnd());
    }
}
