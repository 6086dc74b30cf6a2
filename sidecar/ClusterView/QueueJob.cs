using SlurmBanking.Sidecar.Pricing;
using SlurmBanking.Terms;

namespace SlurmBanking.Sidecar.ClusterView;

/// <summary>One record of the queue. A job array is one record for its pending tasks and one for each that started.</summary>
internal sealed record QueueJob
{
    public required uint JobId { get; init; }

    public uint? ArrayJobId { get; init; }

    /// <summary>Tasks that this record stands for: pending ones of an array, else 1.</summary>
    public long Tasks { get; init; } = 1;

    public required uint Uid { get; init; }

    public string Account { get; init; } = "";

    /// <summary>One name, or the list of a pending job.</summary>
    public string Partition { get; init; } = "";

    public string Qos { get; init; } = "";

    /// <summary>squeue's long name of the state.</summary>
    public required string State { get; init; }

    public uint RestartCount { get; init; }

    public DateTimeOffset? SubmitTime { get; init; }

    public DateTimeOffset? StartTime { get; init; }

    public DateTimeOffset? EndTime { get; init; }

    /// <summary>Time used, without suspended time.</summary>
    public TimeSpan Elapsed { get; init; }

    /// <summary>Null when UNLIMITED or not known.</summary>
    public TimeSpan? TimeLimit { get; init; }

    public bool TimeUnlimited { get; init; }

    /// <summary>Hostlist expression; "" for a job that never got nodes.</summary>
    public string Nodes { get; init; } = "";

    /// <summary>Allocated, or for a pending job requested.</summary>
    public TresCounts Tres { get; init; } = TresCounts.None;

    public bool Exclusive { get; init; }

    /// <summary>The upper end of a pending job's node range.</summary>
    public long? MaxNodes { get; init; }

    public long? TasksPerNode { get; init; }

    public long? CpusPerTask { get; init; }

    public HoldMark? Mark { get; init; }

    public JobPhase Phase => JobStates.PhaseOf(State);

    /// <summary>A record that ended without ever having had nodes was cancelled while pending.</summary>
    public bool NeverRan => Phase == JobPhase.Ended && Nodes.Length == 0;

    /// <summary>What the pending job asks for, as Slurm understood it.</summary>
    public JobRequest ToRequest() =>
        new()
        {
            Uid = Uid,
            Account = Account,
            Partitions = Partition.Split(',', StringSplitOptions.RemoveEmptyEntries),
            Qos = Qos,
            MinCpus = Tres.Cpus,
            MinNodes = Tres.Nodes,
            MaxNodes = MaxNodes,
            TasksPerNode = TasksPerNode,
            CpusPerTask = CpusPerTask,
            TimeLimit = TimeLimit,
            TimeUnlimited = TimeUnlimited,
            Exclusive = Exclusive,
            ArrayTasks = Tasks,
            MemoryPerNode = Tres["mem"] / Math.Max(1, Tres.Nodes),
            TresPerJob = Tres.GenericOnly(),
        };
}
