namespace SlurmBanking.Sidecar.Pricing;

/// <summary>What a job asks for, free of Slurm's sentinels: null is "not given". From a submission or from the queue.</summary>
internal sealed record JobRequest
{
    public required uint Uid { get; init; }

    /// <summary>"" when none is named.</summary>
    public string Account { get; init; } = "";

    /// <summary>Empty when none is named; several when the job may run in any of them.</summary>
    public IReadOnlyList<string> Partitions { get; init; } = [];

    public string Qos { get; init; } = "";

    public long? Tasks { get; init; }

    public long? CpusPerTask { get; init; }

    public long? MinCpus { get; init; }

    public long? MinNodes { get; init; }

    public long? MaxNodes { get; init; }

    public long? TasksPerNode { get; init; }

    /// <summary>Null when not given, and when <see cref="TimeUnlimited"/>.</summary>
    public TimeSpan? TimeLimit { get; init; }

    public bool TimeUnlimited { get; init; }

    /// <summary>Whole nodes are asked for.</summary>
    public bool Exclusive { get; init; }

    /// <summary>Tasks of the job array; 1 for a job that is none; 0 for an array expression that can't be read.</summary>
    public long ArrayTasks { get; init; } = 1;

    /// <summary>MiB; 0 is all memory of the node.</summary>
    public long? MemoryPerNode { get; init; }

    /// <summary>MiB.</summary>
    public long? MemoryPerCpu { get; init; }

    public TresCounts TresPerJob { get; init; } = TresCounts.None;

    public TresCounts TresPerNode { get; init; } = TresCounts.None;

    public TresCounts TresPerSocket { get; init; } = TresCounts.None;

    public TresCounts TresPerTask { get; init; } = TresCounts.None;

    /// <summary>This request with what another one names: scontrol update, of which null, "" and empty lists change nothing.</summary>
    public JobRequest Amended(JobRequest wanted)
    {
        var timed = wanted.TimeLimit is not null || wanted.TimeUnlimited;
        var sized = wanted.MemoryPerNode is not null || wanted.MemoryPerCpu is not null;

        // However a resource was asked for before, its new count replaces that.
        TresCounts[] lists = [wanted.TresPerJob, wanted.TresPerNode, wanted.TresPerSocket, wanted.TresPerTask];
        var counted = lists.SelectMany(static list => list.Names).ToList();
        TresCounts Recounted(TresCounts asked, TresCounts anew) => asked.Without(counted).Plus(anew);
        return this with
        {
            Account = wanted.Account.Length > 0 ? wanted.Account : Account,
            Partitions = wanted.Partitions.Count > 0 ? wanted.Partitions : Partitions,
            Qos = wanted.Qos.Length > 0 ? wanted.Qos : Qos,
            Tasks = wanted.Tasks ?? Tasks,
            CpusPerTask = wanted.CpusPerTask ?? CpusPerTask,
            MinCpus = wanted.MinCpus ?? MinCpus,
            MinNodes = wanted.MinNodes ?? MinNodes,
            MaxNodes = wanted.MaxNodes ?? MaxNodes,
            TasksPerNode = wanted.TasksPerNode ?? TasksPerNode,
            TimeLimit = timed ? wanted.TimeLimit : TimeLimit,
            TimeUnlimited = timed ? wanted.TimeUnlimited : TimeUnlimited,
            MemoryPerNode = sized ? wanted.MemoryPerNode : MemoryPerNode,
            MemoryPerCpu = sized ? wanted.MemoryPerCpu : MemoryPerCpu,
            TresPerJob = Recounted(TresPerJob, wanted.TresPerJob),
            TresPerNode = Recounted(TresPerNode, wanted.TresPerNode),
            TresPerSocket = Recounted(TresPerSocket, wanted.TresPerSocket),
            TresPerTask = Recounted(TresPerTask, wanted.TresPerTask),
        };
    }
}
