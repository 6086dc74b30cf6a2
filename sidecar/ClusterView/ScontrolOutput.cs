using SlurmBanking.Sidecar.Pricing;
using SlurmBanking.Terms;

namespace SlurmBanking.Sidecar.ClusterView;

/// <summary>Reads `scontrol --oneliner show partition` and `show node`: one record a line, "Key=Value" words.</summary>
internal static class ScontrolOutput
{
    public static IEnumerable<Partition> Partitions(string output) =>
        Records(output, "PartitionName")
            .Select(static record => new Partition
            {
                Name = record["PartitionName"],
                IsDefault = record.GetValueOrDefault("Default") == "YES",
                DefaultTime = Span(record.GetValueOrDefault("DefaultTime")),
                MaxTime = Span(record.GetValueOrDefault("MaxTime")),
                Exclusive = record.GetValueOrDefault("OverSubscribe") == "EXCLUSIVE",
            });

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
