using System.Globalization;
using SlurmBanking.Cli.Messages;
using SlurmBanking.Terms;
using SlurmBanking.Wire.Hooks;

namespace SlurmBanking.Cli.Sbatch;

/// <summary>What slurmctld's job_submit plugin would see of a command line of sbatch: job_desc_msg_t before any default.</summary>
internal static class Submissions
{
    /// <summary>Reads a command line, with its script and the environment: one submission for each component.</summary>
    /// <param name="words">After "sbatch".</param>
    /// <param name="read">Gives a variable of the environment.</param>
    /// <param name="open">Gives the lines of a script.</param>
    /// <exception cref="SbankException">Something can't be understood.</exception>
    public static IReadOnlyList<Submission> Of(
        IReadOnlyList<string> words,
        Func<string, string?> read,
        Func<string, IEnumerable<string>> open
    )
    {
        var line = CommandLine.Read(words);
        var script = line.Script is { } path && !line.Components[0].ContainsKey("wrap") ? BatchScript.Read(open(path)) : [];
        var environment = SbatchEnvironment.Options(read);
        var count = Math.Max(script.Count, line.Components.Count);
        return
        [
            .. Enumerable
                .Range(0, count)
                .Select(i =>
                    Of(Merged(script.ElementAtOrDefault(i), environment, line.Components.ElementAtOrDefault(i)), count > 1 ? i : null)
                ),
        ];
    }

    private static Dictionary<string, string> Merged(params ReadOnlySpan<IReadOnlyDictionary<string, string>?> sources)
    {
        var merged = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var source in sources)
        {
            foreach (var (name, value) in source ?? new Dictionary<string, string>(StringComparer.Ordinal))
            {
                merged[name] = value;

                // Of these the last one counts.
                merged.Remove(
                    name switch
                    {
                        "mem" => "mem-per-cpu",
                        "mem-per-cpu" => "mem",
                        _ => "",
                    }
                );
            }
        }

        return merged;
    }

    private static Submission Of(Dictionary<string, string> options, int? component)
    {
        string Text(string name) => options.GetValueOrDefault(name, "");
        var job = new Submission
        {
            Account = Text("account"),
            Partition = Text("partition"),
            Qos = Text("qos"),
            Array = Text("array"),
            JobName = Text("job-name"),
            Exclusive = options.TryGetValue("exclusive", out var how) && how is "" or "exclusive",
            TresPerJob = Gpus("gpus"),
            TresPerNode = string.Join(',', new[] { Gres(Text("gres")), Gpus("gpus-per-node") }.Where(static text => text.Length > 0)),
            TresPerSocket = Gpus("gpus-per-socket"),
            TresPerTask = string.Join(',', new[] { Text("tres-per-task"), Gpus("gpus-per-task") }.Where(static text => text.Length > 0)),
        };
        string Gpus(string name) => Text(name) is { Length: > 0 } list ? Gres(Listed(list, "gpu:")) : "";
        if (component is { } offset)
        {
            job.HetOffset = (uint)offset;
        }

        SetCounts(job, options);
        SetTimes(job, options);
        SetMemory(job, options);
        return job;
    }

    private static void SetCounts(Submission job, Dictionary<string, string> options)
    {
        if (Count(options, "ntasks") is { } tasks)
        {
            job.NumTasks = tasks;
        }

        if (Count(options, "cpus-per-task") is { } cpusPerTask)
        {
            job.CpusPerTask = cpusPerTask;
            job.MinCpus = cpusPerTask;
        }

        if (Count(options, "ntasks-per-node") is { } tasksPerNode)
        {
            job.NtasksPerNode = tasksPerNode;
        }

        if (options.TryGetValue("nodes", out var nodes))
        {
            var ends = nodes.Split('-');
            (job.MinNodes, job.MaxNodes) =
                ends.Length <= 2 && ends[0].Length > 0
                    ? (Number("nodes", ends[0]), Number("nodes", ends[^1].Length > 0 ? ends[^1] : ends[0]))
                    : throw Wrong("nodes", nodes);
        }
    }

    private static void SetTimes(Submission job, Dictionary<string, string> options)
    {
        if (!options.TryGetValue("time", out var time))
        {
            return;
        }

        if (time.ToUpperInvariant() is "UNLIMITED" or "INFINITE" or "-1")
        {
            job.TimeUnlimited = true;
        }
        else if (!SlurmTime.TryParse(time, out var limit))
        {
            throw Wrong("time", time);
        }
        else if (limit == TimeSpan.Zero)
        {
            // "A time limit of zero requests that no time limit be imposed."
            job.TimeUnlimited = true;
        }
        else
        {
            // Slurm keeps minutes, begun ones as whole.
            job.TimeLimitMinutes = (uint)Math.Min(Math.Ceiling(limit.TotalMinutes), uint.MaxValue - 2);
        }
    }

    private static void SetMemory(Submission job, Dictionary<string, string> options)
    {
        if (options.TryGetValue("mem", out var perNode))
        {
            job.MemPerNodeMib = Mib("mem", perNode);
        }
        else if (options.TryGetValue("mem-per-cpu", out var perCpu))
        {
            job.MemPerCpuMib = Mib("mem-per-cpu", perCpu);
        }
    }

    // "gpu:2,shard" as slurmctld gets it up to 23.02; later ones are read alike.
    private static string Gres(string list) =>
        list is "" or "NONE" or "none"
            ? ""
            : string.Join(',', list.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(static item => $"gres:{item}"));

    // "2", "tesla:2", "tesla:2,kepler:1".
    private static string Listed(string list, string prefix) =>
        string.Join(',', list.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(item => $"{prefix}{item}"));

    private static uint? Count(Dictionary<string, string> options, string name) =>
        options.TryGetValue(name, out var text) ? Number(name, text) : null;

    // "4", and with a factor "2k".
    private static uint Number(string name, string text)
    {
        var factor = text.Length > 0 ? char.ToUpperInvariant(text[^1]) : ' ';
        var times = factor switch
        {
            'K' => 1024UL,
            'M' => 1024UL * 1024,
            _ => 1UL,
        };
        var digits = times == 1 ? text : text[..^1];
        return uint.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number * times < uint.MaxValue - 2
            ? (uint)(number * times)
            : throw Wrong(name, text);
    }

    // MiB without a unit; KiB are rounded up.
    private static ulong Mib(string name, string text)
    {
        var unit = text.TrimEnd('b', 'B') is [.., var last] && char.IsLetter(last) ? char.ToUpperInvariant(last) : 'M';
        var digits = new string([.. text.TakeWhile(char.IsAsciiDigit)]);
        if (digits.Length is 0 or > 12 || text.Length - digits.Length > 2)
        {
            throw Wrong(name, text);
        }

        var number = ulong.Parse(digits, CultureInfo.InvariantCulture);
        return unit switch
        {
            'K' => (number + 1023) / 1024,
            'M' => number,
            'G' => number * 1024,
            'T' => number * 1024 * 1024,
            _ => throw Wrong(name, text),
        };
    }

    private static SbankException Wrong(string name, string text) => new(ExitCode.Misused, Failures.BadValue(name, text));
}
