using SlurmBanking.Sidecar.Pricing;
using SlurmBanking.Terms;

namespace SlurmBanking.Sidecar.ClusterView;

/// <summary>Reads `scontrol --oneliner show partition` and `show node`: one record a line, "Key=Value" words.</summary>
internal static class ScontrolOutput
{
    /// <param name="output">Of `show partition`.</param>
    /// <param name="config">Of `show config`: limits of partitions that have none of their own.</param>
    public static IEnumerable<Partition> Partitions(string output, string config)
    {
        var limit = MaxMemoryPerCpu(ConfigurationOf(config), null);
        return Records(output, "PartitionName")
            .Select(record => new Partition
            {
                Name = record["PartitionName"],
                IsDefault = record.GetValueOrDefault("Default") == "YES",
                DefaultTime = Span(record.GetValueOrDefault("DefaultTime")),
                MaxTime = Span(record.GetValueOrDefault("MaxTime")),

                // A word of its own from 26.05 on.
                Exclusive =
                    record.GetValueOrDefault("OverSubscribe") == "EXCLUSIVE" || record.GetValueOrDefault("Exclusive") is "NODE" or "TOPO",
                MaxMemoryPerCpu = MaxMemoryPerCpu(record, limit),
            });
    }

    /// <summary>The cluster's name in `show config`; "" when that has none.</summary>
    public static string ClusterName(string config) => ConfigurationOf(config).GetValueOrDefault("ClusterName", "");

    /// <summary>Slurm's release in `show config`, major.minor; null when that has none.</summary>
    public static Version? Release(string config) =>
        ConfigurationOf(config).TryGetValue("SLURM_VERSION", out var release)
        && Version.TryParse(string.Join('.', release.Split('.').Take(2)), out var version)
            ? version
            : null;

    /// <summary>AccountingStorageTRES in `show config`; null when that has none.</summary>
    public static IReadOnlySet<string>? CountedTres(string config) =>
        ConfigurationOf(config).TryGetValue("AccountingStorageTRES", out var names)
            ? names.Split(',').ToHashSet(StringComparer.Ordinal)
            : null;

    /// <summary>Reads `show assoc_mgr flags=users`: "UserName=alice(1000) DefAccount=physics …".</summary>
    public static IEnumerable<SlurmUserRecord> Users(string output)
    {
        foreach (var record in Records(output, "UserName"))
        {
            var (user, account) = (record["UserName"], record.GetValueOrDefault("DefAccount", ""));
            var open = user.LastIndexOf('(');
            if (open > 0 && user[^1] == ')' && uint.TryParse(user.AsSpan(open + 1, user.Length - open - 2), out var uid))
            {
                yield return new SlurmUserRecord(uid, user[..open], account == "(null)" ? "" : account);
            }
        }
    }

    public static IEnumerable<Node> Nodes(string output) =>
        Records(output, "NodeName")
            .Select(static record => new Node(
                record["NodeName"],
                record.GetValueOrDefault("Partitions", "").Split(',', StringSplitOptions.RemoveEmptyEntries),
                TresCounts.Parse(record.GetValueOrDefault("CfgTRES")),
                Number(record, "Sockets"),
                Number(record, "ThreadsPerCore")
            ));

    /// <summary>Reads `scontrol ping`: "Slurmctld(primary) at HOST is UP".</summary>
    public static IReadOnlyList<Controller> Controllers(string output) =>
        [
            .. output
                .Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(static line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
                .Where(static words =>
                    words is [var first, "at", _, "is", _, ..] && first.StartsWith("Slurmctld(", StringComparison.Ordinal)
                )
                .Select(static words => new Controller(words[2], words[4] == "UP")),
        ];

    /// <summary>JobSubmitPlugins in `show config`, "lua,slurm_banking": in the order in which they run.</summary>
    public static IReadOnlyList<string> SubmitPlugins(string config) =>
        ConfigurationOf(config).GetValueOrDefault("JobSubmitPlugins", "(null)") is not "(null)" and var names
            ? names.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            : [];

    // "UNLIMITED" is none; a partition's own limit per node takes the place of the cluster's per CPU.
    private static long? MaxMemoryPerCpu(Dictionary<string, string> record, long? otherwise) =>
        long.TryParse(record.GetValueOrDefault("MaxMemPerCPU"), out var own) && own > 0 ? own
        : long.TryParse(record.GetValueOrDefault("MaxMemPerNode"), out _) ? null
        : otherwise;

    // "MaxMemPerCPU            = 1000"
    private static Dictionary<string, string> ConfigurationOf(string output)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in output.Split('\n'))
        {
            var equals = line.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0)
            {
                values.TryAdd(line[..equals].Trim(), line[(equals + 1)..].Trim());
            }
        }

        return values;
    }

    private static IEnumerable<Dictionary<string, string>> Records(string output, string key)
    {
        foreach (var line in output.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var record = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var word in line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                // Free text (a node's reason) may hold anything, but comes after the fields that are read: the first counts.
                var equals = word.IndexOf('=', StringComparison.Ordinal);
                if (equals > 0)
                {
                    record.TryAdd(word[..equals], word[(equals + 1)..]);
                }
            }

            if (record.ContainsKey(key))
            {
                yield return record;
            }
        }
    }

    private static TimeSpan? Span(string? text) => SlurmTime.TryParse(text, out var span) ? span : null;

    private static int Number(Dictionary<string, string> record, string key) =>
        int.TryParse(record.GetValueOrDefault(key), out var number) && number > 0 ? number : 1;
}
