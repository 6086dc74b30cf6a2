using System.Globalization;
using SlurmBanking.Sidecar.Lifecycle;
using SlurmBanking.Sidecar.Pricing;
using SlurmBanking.Terms;

namespace SlurmBanking.Sidecar.ClusterView;

/// <summary>Asks sacct for runs that are over, every run of a requeued job included, and reads them back.</summary>
internal static class SacctOutput
{
    private static readonly string[] Fields =
    [
        "JobIDRaw",
        "JobID",
        "UID",
        "Account",
        "Partition",
        "QOS",
        "State",
        "Submit",
        "Start",
        "End",
        "ElapsedRaw",
        "TimelimitRaw",
        "NodeList",
        "AllocTRES",
        "AdminComment",
    ];

    /// <summary>All users' jobs without their steps, duplicates of a job id included; the admin comment comes last.</summary>
    public static IReadOnlyList<string> Arguments { get; } =
    [
        "--allusers",
        "--allocations",
        "--duplicates",
        "--noheader",
        "--parsable2",
        "--delimiter=\x1f",
        "--format=" + string.Join(',', Fields),
    ];

    /// <summary>Reads the answer; jobs that still run are left out.</summary>
    /// <exception cref="FormatException">A line is not what was asked for.</exception>
    public static IReadOnlyList<PastRun> Runs(string output) =>
        [
            .. output
                .Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(Run)
                .GroupBy(static run => run.JobId)
                .SelectMany(static runs => runs.OrderBy(static run => run.Start).Select(static (run, order) => new PastRun(run, order)))
                .Where(static run => run.Facts.End is not null && JobStates.PhaseOf(run.Facts.State) != JobPhase.Started),
        ];

    private static RunFacts Run(string line)
    {
        var fields = line.Split('\x1f');
        if (fields.Length < Fields.Length || !uint.TryParse(fields[0], NumberStyles.None, CultureInfo.InvariantCulture, out var id))
        {
            throw new FormatException($"sacct printed \"{line}\"");
        }

        // "123_4" of an array's task, "123+1" of a component.
        var array = fields[1].IndexOf('_', StringComparison.Ordinal);
        var nodes = fields[12] is "None assigned" or "" ? "" : fields[12];
        return new RunFacts
        {
            JobId = id,
            ArrayJobId = array > 0 ? uint.Parse(fields[1].AsSpan(0, array), CultureInfo.InvariantCulture) : null,
            Uid = uint.TryParse(fields[2], out var uid) ? uid : throw new FormatException($"sacct printed \"{fields[2]}\" for a uid"),
            Account = fields[3],
            Partition = fields[4],
            Qos = fields[5],

            // "CANCELLED by 1000"
            State = fields[6].Split(' ')[0],
            Submit = Time(fields[7]),
            Start = Time(fields[8]),
            End = Time(fields[9]),
            Elapsed = TimeSpan.FromSeconds(long.TryParse(fields[10], out var seconds) ? Math.Max(0, seconds) : 0),
            TimeLimit =
                long.TryParse(fields[11], out var minutes) && minutes < TimeSpan.MaxValue.TotalMinutes
                    ? TimeSpan.FromMinutes(minutes)
                    : null,
            Nodes = nodes,
            Tres = nodes.Length == 0 ? TresCounts.None : TresCounts.Parse(fields[13]),
            Mark = HoldMark.TryFind(fields[14], out var mark) ? mark : null,
        };
    }

    private static DateTimeOffset? Time(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds is > 0 and < 100_000_000_000
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : null;
}
