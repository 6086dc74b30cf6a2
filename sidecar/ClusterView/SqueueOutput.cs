using System.Globalization;
using System.Text;
using SlurmBanking.Sidecar.Pricing;
using SlurmBanking.Terms;

namespace SlurmBanking.Sidecar.ClusterView;

/// <summary>
/// Asks squeue for exactly the fields that matter and reads them back. Fields end in the ASCII unit separator, which no
/// field that a user can set may hold: job names and comments are not asked for. Of hundreds of thousands of jobs the lines are kept,
/// and read again one by one. Not thread-safe.
/// </summary>
/// <param name="release">Slurm's, with which it was asked; null when it is not known.</param>
internal sealed class SqueueOutput(Version? release = null)
{
    // About the year 5000: the longest time limit on top of it is still a date.
    private const long MaxSeconds = 100_000_000_000;

    private const char Separator = '\x1f';

    // Up to 25.11 oversubscribe was "NO" for a job with whole nodes; since then that is what it is for most.
    private static readonly Version NamesExclusive = new(26, 5);
    private const string Exclusive = "exclusive";

    // Where a job has no such limit of its own, from 26.05 on it is its tasks; it is scheduled as before (JOB_IMPLICIT_MAX_NODES).
    private static readonly Version ImpliesMaxNodes = new(26, 5);

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
        "hetjobid",
        "hetjoboffset",
        "numtasks",
        "admin_comment",
    ];

    private readonly List<QueueKey> _keys = [];
    private readonly LineStore _lines = new();
    private readonly Dictionary<string, string> _texts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TresCounts> _tres = new(StringComparer.Ordinal);
    private char[] _line = new char[1024];

    /// <summary>Arguments of squeue: all partitions, all states that slurmctld still remembers, unbounded field widths.</summary>
    /// <param name="release">Slurm's; null when it is not known.</param>
    public static IReadOnlyList<string> Arguments(Version? release = null)
    {
        var fields = Fields.Select(field => field == "oversubscribe" && release >= NamesExclusive ? Exclusive : field);
        return
        [
            "--all",
            "--noheader",
            "--states=all",
            "--Format=" + string.Join(',', fields.Select(static field => $"{field}:{Separator}")),
        ];
    }

    /// <summary>
    /// Times as seconds since 1970, and task lists of arrays in full. Without TZ libc would look at /etc/localtime for every time that it
    /// writes, which is half of what a long listing takes.
    /// </summary>
    public static IReadOnlyDictionary<string, string> Environment { get; } =
        new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["SLURM_TIME_FORMAT"] = "%s",
            ["SLURM_BITSTR_LEN"] = "0",
            ["TZ"] = "UTC0",
        };

    /// <summary>Takes a line of a listing.</summary>
    /// <param name="line">Without its end.</param>
    /// <exception cref="FormatException">It is not what was asked for: the listing must not be acted on.</exception>
    public void Take(ReadOnlySpan<byte> line)
    {
        _keys.Add(Read(line).Key);
        _lines.Add(line);
    }

    /// <summary>What has been taken.</summary>
    /// <param name="begun">When it was asked for.</param>
    /// <param name="user">Whose jobs; null for all.</param>
    public QueueListing Listing(DateTimeOffset begun, uint? user) => new(begun, _keys, place => Read(_lines[place]), user);

    private QueueJob Read(ReadOnlySpan<byte> line)
    {
        if (_line.Length < line.Length)
        {
            _line = new char[line.Length * 2];
        }

        return Read(_line.AsSpan(0, Encoding.UTF8.GetChars(line, _line)));
    }

    private QueueJob Read(ReadOnlySpan<char> text)
    {
        // The last one takes what is behind the last separator.
        Span<Range> fields = stackalloc Range[Fields.Length + 1];
        var count = text.Split(fields, Separator);
        if (count < Fields.Length)
        {
            throw new FormatException($"squeue printed {count} fields of {Fields.Length}");
        }

        var arrayTasks = text[fields[2]];
        var task = Given(arrayTasks);
        var limit = Shared(text[fields[13]]);
        var maxNodes = Count(text[fields[17]]);
        return new QueueJob
        {
            JobId = Number(text[fields[0]]),
            ArrayJobId = uint.TryParse(text[fields[1]], out var array) && arrayTasks is not "N/A" ? array : null,
            Tasks = task is not null || arrayTasks is "N/A" ? 1 : Math.Max(1, ArrayExpression.Count(arrayTasks.ToString())),
            Task = task,
            Uid = Number(text[fields[3]]),
            Account = Text(Shared(text[fields[4]])),
            Partition = Text(Shared(text[fields[5]])),
            Qos = Text(Shared(text[fields[6]])),
            State = Shared(text[fields[7]]),
            RestartCount = Number(text[fields[8]]),
            SubmitTime = Time(text[fields[9]]),
            StartTime = Time(text[fields[10]]),
            EndTime = Time(text[fields[11]]),
            Elapsed = SlurmTime.TryParse(text[fields[12]], out var elapsed) ? elapsed : TimeSpan.Zero,
            TimeLimit = SlurmTime.TryParse(limit, out var span) ? span : null,
            TimeUnlimited = limit == "UNLIMITED",
            Nodes = Text(text[fields[14]].ToString()),
            Tres = Tres(text[fields[15]]),
            Exclusive = release >= NamesExclusive ? text[fields[16]] is "NODE" or "TOPO" : text[fields[16]] is "NO",
            MaxNodes = maxNodes,
            MaxNodesImplied = release >= ImpliesMaxNodes && maxNodes == Count(text[fields[22]]),
            TasksPerNode = Count(text[fields[18]]),
            CpusPerTask = Count(text[fields[19]]),
            HetJobId = Given(text[fields[20]]),
            Component = Given(text[fields[21]]),
            Mark = HoldMark.TryFind(text[fields[23]], out var mark) ? mark : null,
        };
    }

    private static uint Number(ReadOnlySpan<char> text) =>
        uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new FormatException($"squeue printed \"{text}\" for a number");

    private static uint? Given(ReadOnlySpan<char> text) =>
        uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    // "N/A", 0 and Slurm's 16-bit sentinels are "not given".
    private static long? Count(ReadOnlySpan<char> text) =>
        uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count is > 0 and not (0xfffe or 0xffff)
            ? count
            : null;

    private static string Text(string text) => text is "N/A" or "(null)" or "n/a" ? "" : text;

    private static DateTimeOffset? Time(ReadOnlySpan<char> text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds is > 0 and < MaxSeconds
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : null;

    private string Shared(ReadOnlySpan<char> text)
    {
        var texts = _texts.GetAlternateLookup<ReadOnlySpan<char>>();
        if (!texts.TryGetValue(text, out var shared))
        {
            texts[text] = shared = text.ToString();
        }

        return shared;
    }

    private TresCounts Tres(ReadOnlySpan<char> text)
    {
        var known = _tres.GetAlternateLookup<ReadOnlySpan<char>>();
        if (!known.TryGetValue(text, out var counts))
        {
            known[text] = counts = TresCounts.Parse(text.ToString());
        }

        return counts;
    }
}
