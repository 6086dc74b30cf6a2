using SlurmBanking.Sidecar.ClusterView;
using SlurmBanking.Sidecar.Lifecycle;
using SlurmBanking.Sidecar.Pricing;
using SlurmBanking.Terms;
using SlurmBanking.Wire.Hooks;

namespace SlurmBanking.Sidecar.Intake;

/// <summary>From the plugins' messages to the sidecar's own terms.</summary>
internal static class HookFacts
{
    public static JobRequest Request(Submission job) =>
        new()
        {
            Uid = job.Uid,
            Account = job.Account,
            Partitions = Partitions(job.Partition),
            Qos = job.Qos,
            Tasks = job.HasNumTasks ? job.NumTasks : null,
            CpusPerTask = job.HasCpusPerTask ? job.CpusPerTask : null,
            MinCpus = job.HasMinCpus ? job.MinCpus : null,
            MinNodes = job.HasMinNodes ? job.MinNodes : null,
            MaxNodes = job.HasMaxNodes ? job.MaxNodes : null,
            TasksPerNode = job.HasNtasksPerNode ? job.NtasksPerNode : null,
            TimeLimit = job.HasTimeLimitMinutes ? TimeSpan.FromMinutes(job.TimeLimitMinutes) : null,
            TimeUnlimited = job.TimeUnlimited,
            Exclusive = job.Exclusive,
            ArrayTasks = job.Array.Length == 0 ? 1 : ArrayExpression.Count(job.Array),
            MemoryPerNode = job.HasMemPerNodeMib ? Mib(job.MemPerNodeMib) : null,
            MemoryPerCpu = job.HasMemPerCpuMib ? Mib(job.MemPerCpuMib) : null,
            TresPerJob = TresCounts.ParseRequest(job.TresPerJob),
            TresPerNode = TresCounts.ParseRequest(job.TresPerNode),
            TresPerSocket = TresCounts.ParseRequest(job.TresPerSocket),
            TresPerTask = TresCounts.ParseRequest(job.TresPerTask),
        };

    /// <summary>A name, or a comma-separated list; empty for "".</summary>
    public static string[] Partitions(string text) =>
        text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    public static RunFacts Run(End end)
    {
        var tres = TresCounts.Parse(end.TresAlloc);
        var start = Time(end.HasStartTime, end.StartTime);
        var finish = Time(end.HasEndTime, end.EndTime);
        var elapsed = finish - start - TimeSpan.FromSeconds(Math.Clamp(end.SuspendedSeconds, 0, int.MaxValue));
        return new RunFacts
        {
            JobId = end.JobId,
            ArrayJobId = end.HasArrayJobId ? end.ArrayJobId : null,
            Task = end.HasArrayTaskId ? end.ArrayTaskId : null,
            Restart = end.RestartCount,
            Uid = end.Uid,
            Account = end.Account,
            Partition = end.Partition,
            Qos = end.Qos,
            State = JobStates.NameOf(end.State),
            Mark = HoldMark.TryFind(end.AdminComment, out var mark) ? mark : null,
            Submit = Time(end.HasSubmitTime, end.SubmitTime),
            Start = start,
            End = finish,
            Elapsed = elapsed > TimeSpan.Zero ? elapsed.Value : TimeSpan.Zero,
            TimeLimit = end.HasTimeLimitMinutes ? TimeSpan.FromMinutes(end.TimeLimitMinutes) : null,
            Nodes = end.Nodes,

            // total_cpus alone says whether the job ever ran; a list of allocated TRES may be a leftover.
            Tres = end.TotalCpus == 0 ? TresCounts.None : tres.With("cpu", end.TotalCpus).With("node", Math.Max(end.TotalNodes, 1)),
            Resizing = JobStates.IsResizing(end.State),
            RequestedNodes = end.HasRequestedNodes ? end.RequestedNodes : null,
        };
    }

    // Far more than any node has, and small enough for every later product.
    public static long Mib(ulong mib) => (long)Math.Min(mib, 1UL << 50);

    private static DateTimeOffset? Time(bool known, long seconds) =>
        known && seconds is > 0 and < 253_402_300_800 ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null;
}
