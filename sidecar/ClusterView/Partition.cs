namespace SlurmBanking.Sidecar.ClusterView;

/// <summary>A partition as `scontrol show partition` has it.</summary>
internal sealed record Partition
{
    public required string Name { get; init; }

    public bool IsDefault { get; init; }

    /// <summary>Null when the partition has none: Slurm then uses <see cref="MaxTime"/>.</summary>
    public TimeSpan? DefaultTime { get; init; }

    /// <summary>Null when UNLIMITED.</summary>
    public TimeSpan? MaxTime { get; init; }

    /// <summary>OverSubscribe=EXCLUSIVE: every job gets whole nodes.</summary>
    public bool Exclusive { get; init; }

    /// <summary>MiB; for a job that wants more for each CPU Slurm allocates more CPUs. Null when there is no such limit.</summary>
    public long? MaxMemoryPerCpu { get; init; }

    /// <summary>Its nodes, those with most CPUs first. What they have at most is looked for once, not with each price.</summary>
    public IReadOnlyList<Node> Nodes
    {
        get;
        init
        {
            field = value;
            MostSockets = value.Select(static node => node.Sockets).DefaultIfEmpty().Max();
            MostThreadsPerCore = value.Select(static node => node.ThreadsPerCore).DefaultIfEmpty().Max();
            MostMemory = value.Select(static node => node.Tres["mem"]).DefaultIfEmpty().Max();
        }
    } = [];

    public long SmallestNodeCpus => Math.Max(1, Nodes[^1].Tres.Cpus);

    /// <summary>Of one of its nodes; 0 without any.</summary>
    public int MostSockets { get; private init; }

    /// <summary>Of one of its nodes; 0 without any.</summary>
    public int MostThreadsPerCore { get; private init; }

    /// <summary>Of one of its nodes, in MiB; 0 without any.</summary>
    public long MostMemory { get; private init; }
}
