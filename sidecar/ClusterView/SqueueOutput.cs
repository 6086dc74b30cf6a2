using System.Globalization;
using SlurmBanking.Sidecar.Pricing;
using SlurmBanking.Terms;

namespace SlurmBanking.Sidecar.ClusterView;

/// <summary>
/// Asks squeue for exactly the fields that matter and reads them back. Fields end in the ASCII unit separator, which no
/// field that a user can set may hold: job names and comments are not asked for.
/// </summary>
internal static class SqueueOutput
{
    // About the year 5000: the longest time limit on top of it is still a date.
    private const long MaxSeconds = 100_000_000_000;

    private const char Separator = '\x1f';

    private static readonly string[] Fields =
    [
        "jobid",
        "arrayjobid",
        "arraytaskid",
        "userid",
        "account",
        "partition",
        "qos",
        "state",
        "restartcnt",
        "submittime",
        "starttime",
        "endtime",
        "timeused",
        "timelimit",
        "nodelist",
        "tres-alloc",
        "oversubscribe",
        "maxnodes",
        "ntpernode",
        "cpus-per-task",
        "admin_comment",
    ];

    /// <summary>Arguments of squeue: all partitions, all states that slurmctld still remembers, unbounded field widths.</summary>
    public static IReadOnlyList<string> Arguments { get; } =
    ["--all", "--noheader", "--states=all", "--Format=" + string.Join(',', Fields.Select(static field => $"{field}:{Separator}"))];

    /// <summary>Times as seconds since 1970, and task lists of arrays in full.</summary>
    public static IReadOnlyDictionary<string, string> Environment { get; } =
        new Dictionary<string, string>(StringComparer.Ordinal) { ["SLURM_TIME_FORMAT"] = "%s", ["SLURM_BITSTR_LEN"] = "0" };

    /// <summary>Reads a listing.</summary>
    /// <exception cref="FormatException">A line is not what was asked for: the listing must not be acted on.</exception>
    public static IReadOnlyList<QueueJob> Jobs(string output) => [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Job)];

    private static QueueJob Job(string line)
    {
        var fields = line.Split(Separator);
        if (fields.Length < Fields.Length)
        {
            throw new FormatException($"squeue printed {fields.Length} fields of {Fields.Length}");
        }

        var arrayTasks = fields[2];
        var limit = fields[13];
        return new QueueJob
        {
            JobId = Number(fields[0]),
            ArrayJobId = uint.TryParse(fields[1], out var array) && arrayTasks != "N/A" ? array : null,
            Tasks = arrayTasks == "N/A" ? 1 : Math.Max(1, ArrayExpression.Count(arrayTasks)),
            Uid = Number(fields[3]),
            Account = Text(fields[4]),
            Partition = Text(fields[5]),
            Qos = Text(fields[6]),
            State = fields[7],
            RestartCount = Number(fields[8]),
            SubmitTime = Time(fields[9]),
            StartTime = Time(fields[10]),
            EndTime = Time(fields[11]),
            Elapsed = SlurmTime.TryParse(fields[12], out var elapsed) ? elapsed : TimeSpan.Zero,
            TimeLimit = SlurmTime.TryParse(limit, out var span) ? span : null,
            TimeUnlimited = limit == "UNLIMITED",
            Nodes = Text(fields[14]),
            Tres = TresCounts.Parse(fields[15]),
            Exclusive = fields[16] == "NO",
            MaxNodes = Count(fields[17]),
            TasksPerNode = Count(fields[18]),
            CpusPerTask = Count(fields[19]),
            Mark = HoldMark.TryFind(fields[20], out var mark) ? mark : null,
        };
    }

    private static uint Number(string text) =>
        uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new FormatException($"squeue printed \"{text}\" for a number");

    // "N/A", 0 and Slurm's 16-bit sentinels are "not given".
    private static long? Count(string text) =>
        uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count is > 0 and not (0xfffe or 0xffff)
            ? count
            : null;

    private static string Text(string text) => text is "N/A" or "(null)" or "n/a" ? "" : text;

    private static DateTimeOffset? Time(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds is > 0 and < MaxSeconds
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : null;
}
