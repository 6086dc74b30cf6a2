using SlurmBanking.Sidecar.ClusterView;

namespace SlurmBanking.Sidecar.Pricing;

/// <summary>The most that a request can be granted in a partition.</summary>
/// <param name="Cpus">CPUs.</param>
/// <param name="Nodes">Nodes.</param>
/// <param name="Memory">MiB.</param>
/// <param name="Others">Generic resources, and what else whole nodes have.</param>
internal readonly record struct Footprint(long Cpus, long Nodes, long Memory, TresCounts Others) : ITresCounts
{
    public long this[string tres] =>
        tres switch
        {
            "cpu" => Cpus,
            "node" => Nodes,
            "mem" => Memory,
            _ => Others[tres],
        };

    public static Footprint Of(JobRequest request, Partition? partition)
    {
        request = WithinMemoryLimit(request, partition);
        var cpus = CpusOf(request);
        var nodes = NodesOf(request, cpus, partition);
        if ((request.Exclusive || partition is { Exclusive: true }) && partition is { Nodes.Count: > 0 })
        {
            return WholeNodes(request, cpus, nodes, partition);
        }

        cpus = WholeCores(cpus, partition);
        return new Footprint(cpus, nodes, MemoryOf(request, nodes, cpus, partition), Generic(request, nodes, cpus, partition));
    }

    // For what is over the limit Slurm raises the CPUs: of each task by a whole factor, which the memory of each CPU is divided by; or,
    // where memory is asked for by node, to as many on each node as may have that much.
    private static JobRequest WithinMemoryLimit(JobRequest request, Partition? partition)
    {
        if (partition?.MaxMemoryPerCpu is not { } limit)
        {
            return request;
        }

        if (request.MemoryPerCpu is { } perCpu && perCpu > limit)
        {
            var factor = CeilingOf(perCpu, limit);
            return request with { CpusPerTask = Math.Max(request.CpusPerTask ?? 1, 1) * factor, MemoryPerCpu = CeilingOf(perCpu, factor) };
        }

        if (request.MemoryPerCpu is null && request.MemoryPerNode is not null)
        {
            var onNode = CeilingOf(MemoryOf(request, 1, 1, partition), limit);
            var nodes = Math.Max(Math.Max(request.MinNodes ?? 1, request.MaxNodes ?? 1), 1);
            return request with
            {
                MinCpus = Math.Max(request.MinCpus ?? 1, nodes * onNode),
                CpusPerTask = request.TasksPerNode is > 0 and var tasks
                    ? Math.Max(request.CpusPerTask ?? 1, CeilingOf(onNode, tasks))
                    : request.CpusPerTask,
            };
        }

        return request;
    }

    // Slurm grants num_tasks × cpus_per_task; without a task count ntasks-per-node on every node of the range's upper end;
    // else one task a node. min_cpus is Slurm's own lower bound.
    private static long CpusOf(JobRequest request)
    {
        var nodes = Math.Max(request.MinNodes ?? 1, request.MaxNodes ?? 1);
        var tasks = request.Tasks ?? (nodes * (request.TasksPerNode ?? 1));
        if (request.TasksPerNode is { } perNode && request.MinNodes is not null)
        {
            tasks = Math.Max(tasks, request.MinNodes.Value * perNode);
        }

        return Math.Max(Math.Max(tasks, 1) * Math.Max(request.CpusPerTask ?? 1, 1), request.MinCpus ?? 1);
    }

    private static long NodesOf(JobRequest request, long cpus, Partition? partition)
    {
        var asked = Math.Max(Math.Max(request.MinNodes ?? 1, request.MaxNodes ?? 1), 1);
        var forTasks = request is { Tasks: { } tasks, TasksPerNode: > 0 } ? CeilingOf(tasks, request.TasksPerNode.Value) : 1;
        var forCpus = partition is { Nodes.Count: > 0 } ? CeilingOf(cpus, partition.SmallestNodeCpus) : 1;
        return Math.Max(asked, Math.Max(forTasks, forCpus));
    }

    private static Footprint WholeNodes(JobRequest request, long cpus, long nodes, Partition partition)
    {
        var largest = partition.Nodes.Take((int)Math.Min(nodes, partition.Nodes.Count)).Select(static node => (node.Tres, 1L));

        // More nodes than the partition has: Slurm will refuse it; the price still grows with the request.
        var more = Math.Max(0, nodes - partition.Nodes.Count);
        var total = TresCounts.Sum(largest.Append((partition.Nodes[0].Tres, more)));
        var asked = Generic(request, nodes, cpus, partition);
        foreach (var name in asked.Names.Where(name => asked[name] > total[name]))
        {
            total = total.With(name, asked[name]);
        }

        return new Footprint(Math.Max(total.Cpus, cpus), nodes, total["mem"], total);
    }

    private static TresCounts Generic(JobRequest request, long nodes, long cpus, Partition? partition)
    {
        var tasks = request.Tasks ?? Math.Max(1, cpus / Math.Max(request.CpusPerTask ?? 1, 1));
        var sockets = partition is { Nodes.Count: > 0 } ? partition.MostSockets : 1;
        return request
            .TresPerJob.Plus(request.TresPerNode, nodes)
            .Plus(request.TresPerSocket, nodes * sockets)
            .Plus(request.TresPerTask, tasks);
    }

    private static long MemoryOf(JobRequest request, long nodes, long cpus, Partition? partition)
    {
        if (request.MemoryPerCpu is { } perCpu)
        {
            return perCpu * cpus;
        }

        var wholeNode = partition is { Nodes.Count: > 0 } ? partition.MostMemory : 0;
        return nodes * (request.MemoryPerNode is > 0 and var perNode ? perNode : wholeNode);
    }

    private static long WholeCores(long cpus, Partition? partition)
    {
        var threads = partition is { Nodes.Count: > 0 } ? Math.Max(1, partition.MostThreadsPerCore) : 1;
        return CeilingOf(cpus, threads) * threads;
    }

    private static long CeilingOf(long count, long per) => (count + per - 1) / per;
}
