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

    /// <summary>Times as seconds since 1970, and in UTC on the way in: an hour of local time may come twice.</summary>
    public static IReadOnlyDictionary<string, string> Environment { get; } = SqueueOutput.Environment;

    /// <summary>A time for --starttime and --endtime.</summary>
    public static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture);

    /// <summary>Of an answer, the runs that are over, in the order of their jobs.</summary>
    public static IReadOnlyList<PastRun> Runs(IEnumerable<RunFacts> records) =>
        [
            .. Joined(records)
                .GroupBy(static run => run.JobId)
                .SelectMany(static runs => runs.Select(static (run, order) => new PastRun(run, order)))
                .Where(static run => run.Facts.End is not null && JobStates.PhaseOf(run.Facts.State) != JobPhase.Started),
        ];

    /// <summary>Of an answer, a record for each run, in the order of their jobs.</summary>
    public static IEnumerable<RunFacts> Joined(IEnumerable<RunFacts> records) =>
        records
            .GroupBy(static record => record.JobId)
            .SelectMany(static rows => SizesJoined(rows.OrderBy(static row => row.Start).ThenBy(static row => row.End)));

    // A run whose size was changed has a row for each size; all but the last end as RESIZING. Each begins with the run (22.05), or
    // with its size.
    private static IEnumerable<RunFacts> SizesJoined(IEnumerable<RunFacts> rows)
    {
        RunFacts? resized = null;
        foreach (var row in rows)
        {
            var run = resized is null
                ? row
                : row with
                {
                    Submit = resized.Submit,
                    Start = resized.Start,
                    Elapsed = row.Start > resized.Start ? resized.Elapsed + row.Elapsed : row.Elapsed,
                    Before =
                    [
                        .. resized.Before,
                        new Usage(resized.Tres.ToString(), (long)(resized.Elapsed - Sum(resized.Before)).TotalSeconds),
                    ],
                };
            resized = row.State == "RESIZING" ? run : null;
            if (resized is null)
            {
                yield return run;
            }
        }
    }

    private static TimeSpan Sum(IReadOnlyList<Usage> used) => TimeSpan.FromSeconds(used.Sum(static usage => usage.Seconds));

    /// <summary>Reads a line of the answer: a run that is over, goes on, or waits.</summary>
    /// <exception cref="FormatException">It is not what was asked for.</exception>
    public static RunFacts Record(string line)
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
