namespace SlurmBanking.Sidecar.ClusterView;

/// <summary>What is known of the cluster's partitions and nodes at one moment. Names are case-sensitive, as Slurm's are.</summary>
internal sealed record ClusterSnapshot(IReadOnlyDictionary<string, Partition> Partitions)
{
    public static readonly ClusterSnapshot Empty = new(new Dictionary<string, Partition>(StringComparer.Ordinal));

    public bool IsEmpty => Partitions.Count == 0;

    public string? DefaultPartition { get; } = Partitions.Values.FirstOrDefault(static partition => partition.IsDefault)?.Name;

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
