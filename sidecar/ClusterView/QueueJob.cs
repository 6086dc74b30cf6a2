using SlurmBanking.Sidecar.Lifecycle;
using SlurmBanking.Sidecar.Pricing;
using SlurmBanking.Terms;

namespace SlurmBanking.Sidecar.ClusterView;

/// <summary>One record of the queue. A job array is one record for its pending tasks and one for each that started.</summary>
internal sealed record QueueJob
{
    public required uint JobId { get; init; }

    public uint? ArrayJobId { get; init; }

    /// <summary>Of a het job's component: the id of the whole.</summary>
    public uint? HetJobId { get; init; }

    /// <summary>Of a het job's component: which, from 0 on.</summary>
    public uint? Component { get; init; }

    /// <summary>Of an array's task that has a record of its own: its index.</summary>
    public uint? Task { get; init; }

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

    /// <summary>It may be Slurm's own, of a job that gives none: that job gets as many nodes as it needs, and no more.</summary>
    public bool MaxNodesImplied { get; init; }

    public long? TasksPerNode { get; init; }

    public long? CpusPerTask { get; init; }

    public HoldMark? Mark { get; init; }

    public QueueKey Key => new(JobId, ArrayJobId, RestartCount, Mark?.Id);

    public JobPhase Phase => JobStates.PhaseOf(State);

    /// <summary>
    /// It may wait for its next run: a job that was queued again counts as started while the epilog of its earlier run goes on, with
    /// that run's nodes and the next one's restart count (Slurm's job_mgr.c, _job_requeue_op).
    /// </summary>
    public bool MayWait => Phase == JobPhase.Pending || (RestartCount > 0 && State == JobStates.Completing);

    /// <summary>A record that ended without ever having had nodes was cancelled while pending.</summary>
    public bool NeverRan => Phase == JobPhase.Ended && Nodes.Length == 0;

    /// <summary>What the record says of the job's present run.</summary>
    public RunFacts ToFacts() =>
        new()
        {
            JobId = JobId,
            ArrayJobId = ArrayJobId,
            Task = Task,
            Restart = RestartCount,
            Uid = Uid,
            Account = Account,
            Partition = Partition,
            Qos = Qos,
            State = State,
            Mark = Mark,
            Submit = SubmitTime,
            Start = StartTime,
            End = EndTime,
            Elapsed = Elapsed,
            TimeLimit = TimeLimit,
            Nodes = Nodes,
            Tres = Tres,
        };

    /// <summary>What the pending job asks for, as Slurm understood it.</summary>
    /// <param name="before">What it was last known to ask for; null for nothing.</param>
    public JobRequest ToRequest(JobRequest? before = null) =>
        new()
        {
            Uid = Uid,
            Account = Account,
            Partitions =
                Partition.Contains(',', StringComparison.Ordinal) ? Partition.Split(',', StringSplitOptions.RemoveEmptyEntries)
                : Partition.Length > 0 ? [Partition]
                : [],
            Qos = Qos,
            MinCpus = Tres.Cpus,
            MinNodes = Tres.Nodes,
            MaxNodes = MaxNodesImplied && before?.MaxNodes != MaxNodes ? null : MaxNodes,
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
