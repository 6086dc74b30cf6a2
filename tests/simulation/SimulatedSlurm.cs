using SlurmBanking.Sidecar.ClusterView;
using SlurmBanking.Sidecar.Lifecycle;
using SlurmBanking.Sidecar.Pricing;
using SlurmBanking.Wire.Hooks;

namespace SlurmBanking.Simulation.Tests;

/// <summary>slurmctld: a queue of jobs that start, end, are cancelled, requeued, and lose their nodes.</summary>
internal sealed class SimulatedSlurm(Random random)
{
    /// <summary>How long a job that is over stays listed (slurm.conf(5), MinJobAge).</summary>
    private static readonly TimeSpan MinJobAge = TimeSpan.FromSeconds(300);

    private static readonly TimeSpan LongestEpilog = TimeSpan.FromSeconds(90);

    private static readonly TimeSpan AccountingLag = TimeSpan.FromSeconds(5);

    // slurm.h, enum job_states; a requeue is PENDING with the flag JOB_REQUEUE.
    private static readonly Dictionary<string, uint> Codes = new(StringComparer.Ordinal)
    {
        ["COMPLETED"] = 3,
        ["CANCELLED"] = 4,
        ["TIMEOUT"] = 6,
        ["NODE_FAIL"] = 7,
        ["REQUEUED"] = 0x400,
    };

    private uint _nextId = 1;

    /// <summary>The primary first; the first that is up is the active one.</summary>
    public List<Controller> Controllers { get; } = [new("h0", IsUp: true)];

    /// <summary>slurmdbd is there.</summary>
    public bool HasAccounting { get; set; }

    public List<SimulatedJob> Jobs { get; } = [];

    public IEnumerable<SimulatedRun> Runs => Jobs.SelectMany(static job => job.Runs);

    public uint NewId() => _nextId++;

    public void Start(SimulatedJob job, DateTimeOffset now)
    {
        if (job.InMetaRecord)
        {
            // A task gets an id of its own when it starts; the last one keeps the array's.
            job.InMetaRecord = false;
            job.Id = Jobs.Exists(other => other.ArrayId == job.ArrayId && other is { InMetaRecord: true, Pending: true })
                ? NewId()
                : job.ArrayId!.Value;
        }

        job.Running = new SimulatedRun
        {
            Job = job,
            Id = job.Id,
            Restart = job.Restart,
            Partition = job.Partitions[random.Next(job.Partitions.Length)],
            Submitted = job.Submitted,
            Start = now,
            Cpus = job.Cpus,
            Account = job.Account,
            Limits = [job.Limit],
        };
        job.Runs.Add(job.Running);
    }

    /// <summary>Ends a run; with a requeue the job waits again.</summary>
    /// <returns>What jobcomp reports.</returns>
    public End End(SimulatedJob job, string state, bool requeue, TimeSpan suspended, DateTimeOffset now)
    {
        var run = job.Running!;
        (run.End, run.State, run.Suspended) = (now, state, suspended);
        job.Running = null;
        if (requeue)
        {
            (job.Restart, job.InEpilogUntil) = (job.Restart + 1, now + (random.NextDouble() * LongestEpilog));
        }
        else
        {
            job.Over = now;
        }

        return Report(run);
    }

    /// <summary>Queues a job again whose run has been cleaned up after.</summary>
    public static void QueueAgain(SimulatedJob job, DateTimeOffset now) => (job.Submitted, job.InEpilogUntil) = (now, null);

    /// <summary>A task that waits in its array's record becomes one of its own, as Slurm does to change it alone.</summary>
    public void Split(SimulatedJob task)
    {
        (task.InMetaRecord, task.Id) = (false, NewId());
    }

    /// <summary>Cancels a pending job, or all pending tasks of its array.</summary>
    /// <returns>What jobcomp reports: no CPUs.</returns>
    public End Cancel(SimulatedJob job, DateTimeOffset now)
    {
        var gone = job.InMetaRecord ? Jobs.FindAll(other => other.ArrayId == job.ArrayId && other.InMetaRecord && other.Pending) : [job];
        gone.ForEach(one => one.Over = now);
        var end = new End
        {
            JobId = job.InMetaRecord ? job.ArrayId!.Value : job.Id,
            RestartCount = job.Restart,
            Uid = job.Uid,
            Account = job.Account,
            Partition = job.Partitions[0],
            State = Codes["CANCELLED"],
            AdminComment = $"{job.Mark}",
            SubmitTime = job.Submitted.ToUnixTimeSeconds(),
            StartTime = now.ToUnixTimeSeconds(),
            EndTime = now.ToUnixTimeSeconds(),
        };
        return InArray(end, job);
    }

    /// <summary>sacct: what is over, also what the queue has forgotten; the last seconds have not reached the database yet.</summary>
    public IReadOnlyList<PastRun>? Recall(Func<SimulatedRun, bool> which, DateTimeOffset now) =>
        HasAccounting
            ?
            [
                .. Jobs.SelectMany(static job => job.Runs.Select(static (run, order) => (run, order)))
                    .Where(item => item.run.End is { } end && end <= now - AccountingLag && which(item.run))
                    .Select(static item => new PastRun(Facts(item.run) with { Restart = uint.MaxValue }, item.order)),
            ]
            : null;

    /// <summary>squeue --states=all at this moment.</summary>
    public QueueListing List(uint? user, DateTimeOffset begun, DateTimeOffset now)
    {
        var listed = Jobs.Where(job => job.Entered <= now && (job.Over is not { } over || now - over < MinJobAge))
            .Where(job => user is null || job.Uid == user)
            .ToList();
        var single = listed.Where(static job => !job.InMetaRecord).Select(job => Record(job, now));
        var arrays = listed
            .Where(static job => job.InMetaRecord)
            .GroupBy(static job => (job.ArrayId, job.Pending))
            .Select(tasks => Record(tasks.First(), now) with { JobId = tasks.Key.ArrayId!.Value, Tasks = tasks.Count() });
        var records = single.Concat(arrays).ToList();
        return new QueueListing(begun, records.ConvertAll(static record => record.Key), place => records[place], user);
    }

    private static QueueJob Record(SimulatedJob job, DateTimeOffset now)
    {
        if (job is { InEpilogUntil: { } until, Runs: [.., var before] })
        {
            // As slurmctld packs it: a pending job's times are foreseen ones; one that was cancelled meanwhile keeps those of its run.
            var cancelled = job.Over is not null;
            return Record(job, before) with
            {
                State = cancelled && now >= until ? "CANCELLED" : "COMPLETING",
                StartTime = cancelled ? before.Start : now,
                EndTime = cancelled ? before.End : now + job.Limit,
                Elapsed = cancelled ? before.Elapsed : TimeSpan.Zero,
            };
        }

        return Record(job, job.Running ?? (job.Over is null ? null : job.Runs.Find(run => run.Restart == job.Restart)));
    }

    private static QueueJob Record(SimulatedJob job, SimulatedRun? last) =>
        new()
        {
            JobId = job.Id,
            ArrayJobId = job.ArrayId,
            Task = job.InMetaRecord ? null : job.Task,
            Uid = job.Uid,
            Account = job.Account,
            Partition = last?.Partition ?? string.Join(',', job.Partitions),
            State = last?.State ?? (job.Over is null ? "PENDING" : "CANCELLED"),
            RestartCount = job.Restart,
            SubmitTime = job.Submitted,
            StartTime = last?.Start,
            EndTime = last?.End ?? job.Over,
            Elapsed = last?.Elapsed ?? TimeSpan.Zero,
            TimeLimit = job.Limit,
            Nodes = last is null ? "" : "n1",
            Tres = TresCounts.Of(("cpu", job.Cpus), ("node", 1)),
            Mark = job.Mark,
        };

    private static End Report(SimulatedRun run) =>
        InArray(
            new End
            {
                JobId = run.Id,
                RestartCount = run.Restart,
                Uid = run.Job.Uid,
                Account = run.Account,
                Partition = run.Partition,
                State = Codes[run.State],
                AdminComment = $"{run.Job.Mark}",
                SubmitTime = run.Submitted.ToUnixTimeSeconds(),
                StartTime = run.Start.ToUnixTimeSeconds(),
                EndTime = run.End!.Value.ToUnixTimeSeconds(),
                SuspendedSeconds = (long)run.Suspended.TotalSeconds,
                TotalCpus = (uint)run.Cpus,
                TotalNodes = 1,
                Nodes = "n1",
                TresAlloc = $"cpu={run.Cpus},node=1",
                TimeLimitMinutes = (uint)run.Limits[^1].TotalMinutes,
            },
            run.Job
        );

    private static End InArray(End end, SimulatedJob job)
    {
        if (job.ArrayId is { } array)
        {
            end.ArrayJobId = array;
            if (!job.InMetaRecord)
            {
                end.ArrayTaskId = job.Task!.Value;
            }
        }

        return end;
    }

    private static RunFacts Facts(SimulatedRun run) =>
        new()
        {
            JobId = run.Id,
            ArrayJobId = run.Job.ArrayId,
            Task = run.Job.Task,
            Restart = run.Restart,
            Uid = run.Job.Uid,
            Account = run.Account,
            Partition = run.Partition,
            State = run.State,
            Mark = run.Job.Mark,
            Submit = run.Submitted,
            Start = run.Start,
            End = run.End,
            Elapsed = run.Elapsed,
            TimeLimit = run.Limits[^1],
            Nodes = "n1",
            Tres = TresCounts.Of(("cpu", run.Cpus), ("node", 1)),
        };
}
