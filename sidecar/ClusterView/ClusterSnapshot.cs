using SlurmBanking.Sidecar.Messages;
using SlurmBanking.Sidecar.Pricing;

namespace SlurmBanking.Sidecar.ClusterView;

/// <summary>What is known of the cluster's partitions and nodes at one moment. Names are case-sensitive, as Slurm's are.</summary>
internal sealed record ClusterSnapshot(IReadOnlyDictionary<string, Partition> Partitions)
{
    public static readonly ClusterSnapshot Empty = new(new Dictionary<string, Partition>(StringComparer.Ordinal));

    private const string OurSubmitPlugin = "slurm_banking";

    public bool IsEmpty => Partitions.Count == 0;

    /// <summary>ClusterName; "" when it is not known.</summary>
    public string Name { get; init; } = "";

    /// <summary>JobSubmitPlugins, in the order in which they run; empty when they are not known.</summary>
    public IReadOnlyList<string> SubmitPlugins { get; init; } = [];

    /// <summary>What in Slurm's configuration makes holds less exact than they could be; "" for nothing.</summary>
    public string Warning =>
        SubmitPlugins.SkipWhile(static name => name != OurSubmitPlugin).Skip(1).ToList() is { Count: > 0 } later
            ? Problems.PluginsAfterOurs(string.Join(", ", later))
            : "";

    /// <summary>Null when slurmctld or slurmdbd could not be asked.</summary>
    public Associations? Associations { get; init; } = Associations.None;

    /// <summary>TRES that Slurm counts, and that alone can be billed (AccountingStorageTRES); null when that is not known.</summary>
    public IReadOnlySet<string>? Counted { get; init; }

    public string? DefaultPartition { get; } = Partitions.Values.FirstOrDefault(static partition => partition.IsDefault)?.Name;

    /// <summary>The request with what Slurm will take for an account and a QOS that it does not name.</summary>
    public JobRequest Complete(JobRequest request) =>
        Associations?.Complete(request, request.Partitions is [var first, ..] ? first : DefaultPartition ?? "") ?? request;

    public static ClusterSnapshot Of(IEnumerable<Partition> partitions, IReadOnlyCollection<Node> nodes) =>
        new(
            partitions
                .DistinctBy(static partition => partition.Name, StringComparer.Ordinal)
                .Select(partition =>
                    partition with
                    {
                        Nodes =
                        [
                            .. nodes
                                .Where(node => node.Partitions.Contains(partition.Name, StringComparer.Ordinal))
                                .OrderByDescending(static node => node.Tres.Cpus),
                        ],
                    }
                )
                .ToDictionary(static partition => partition.Name, StringComparer.Ordinal)
        );
}
