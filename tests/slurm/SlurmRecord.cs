using System.Globalization;
using System.Text.RegularExpressions;
using SlurmBanking.Terms;

namespace SlurmBanking.Slurm.Tests;

/// <summary>A job as Slurm itself records it (scontrol show job): what it must have cost follows from this alone.</summary>
public sealed partial record SlurmRecord(
    string JobId,
    string Name,
    string Account,
    string Partition,
    string State,
    int Restarts,
    int Cpus,
    DateTime? Start,
    DateTime? End,
    bool Ran,
    bool IsHeld,
    string ArrayJobId,
    int RunSeconds
)
{
    /// <summary>From start to end.</summary>
    public decimal Seconds => (decimal)(End!.Value - Start!.Value).TotalSeconds;

    public bool Ended => State is "COMPLETED" or "CANCELLED" or "FAILED" or "TIMEOUT" or "NODE_FAIL" or "OUT_OF_MEMORY" or "DEADLINE";

    /// <summary>What the bank calls the last run.</summary>
    public string BankId => BankIdOf(Restarts);

    public decimal CpuSeconds => Cpus * Seconds;

    public string BankIdOf(int restart) => restart == 0 ? JobId : $"{JobId}:{restart}";

    public static IReadOnlyList<SlurmRecord> Parse(string shown) =>
        [.. shown.Split('\n').Where(static line => line.StartsWith("JobId=", StringComparison.Ordinal)).Select(ParseLine)];

    private static SlurmRecord ParseLine(string line)
    {
        var fields = Field()
            .Matches(line)
            .ToLookup(static match => match.Groups["name"].Value, static match => match.Groups["value"].Value);
        string Of(string name) => fields[name].FirstOrDefault() ?? "";
        var nodes = Of("NodeList");
        return new SlurmRecord(
            Of("JobId"),
            Of("JobName"),
            Of("Account"),
            Of("Partition"),
            Of("JobState"),
            int.Parse(Of("Restarts"), CultureInfo.InvariantCulture),
            int.Parse(Of("NumCPUs").Split('-')[0], CultureInfo.InvariantCulture),
            TimeOf(Of("StartTime")),
            TimeOf(Of("EndTime")),
            nodes.Length > 0 && nodes != "(null)",
            Of("JobState") == "PENDING" && Of("Priority") == "0",
            Of("ArrayJobId"),
            SlurmTime.TryParse(Of("RunTime"), out var ran) ? (int)ran.TotalSeconds : 0
        );
    }

    private static DateTime? TimeOf(string text) =>
        DateTime.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out var time) ? time : null;

    [GeneratedRegex(@"(?:^| )(?<name>[A-Za-z:/]+)=(?<value>\S*)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Field();
}
