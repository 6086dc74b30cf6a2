using SlurmBanking.BankApi;
using SlurmBanking.BankConfig;
using SlurmBanking.Sidecar.ClusterView;
using SlurmBanking.Terms;

namespace SlurmBanking.Sidecar.Lifecycle;

/// <summary>
/// The record of a run as the bank takes it (spec/swagger.json, Job). All three dates are always sent: without one the real
/// service stores an amount and does not charge it.
/// </summary>
internal static class BankRecord
{
    /// <summary>Status of a run that is charged and not settled.</summary>
    public const string Running = "RUNNING";

    private const int MaxWord = 50;
    private const decimal SecondsPerHour = 3600m;

    public static Job Charge(RunFacts facts, Run run, TimeSpan limit, SidecarSettings settings)
    {
        var start = facts.Start ?? facts.Submit ?? DateTimeOffset.UnixEpoch;
        var end = limit < DateTimeOffset.MaxValue - start ? start + limit : DateTimeOffset.MaxValue;
        return Common(facts, run, settings) with { StartDate = start, EndDate = end, Amount = run.Estimate, JobStatus = Running };
    }

    public static Job Settlement(RunFacts facts, Run run, SidecarSettings settings)
    {
        var start = facts.Start ?? facts.End ?? DateTimeOffset.UnixEpoch;

        // start > end happens in Slurm's records; such a run lasted no time.
        var end = facts.End is { } time && time > start ? time : start;
        var hours = facts.Elapsed.Ticks / TimeSpan.TicksPerSecond / SecondsPerHour;
        return Common(facts, run, settings) with
        {
            StartDate = start,
            EndDate = end,
            Amount = run.Actual ?? ServiceUnits.Zero,
            JobStatus = Word(facts.State),
            RawTime = decimal.Round(hours, 6),
            CpuTime = decimal.Round(
                Allocations.Of(facts, run).Sum(static usage => (decimal)usage.Seconds * usage.Counts.Cpus) / SecondsPerHour,
                6
            ),
        };
    }

    private static Job Common(RunFacts facts, Run run, SidecarSettings settings) =>
        new()
        {
            JobSlurmId = settings.BankJobId(run.Key.JobId, run.Key.Restart),
            UserId = $"{run.Uid}",
            AccountId = run.Account,
            SubmitDate = facts.Submit ?? facts.Start ?? facts.End ?? DateTimeOffset.UnixEpoch,
            Partition = Word(run.Partition),
            Qos = Word(facts.Qos),
            Nodes = NodesOf(facts.Nodes),
            NumCpus = Int32(facts.Tres.Cpus),
            NumReqNodes = facts.RequestedNodes is { } requested ? Int32(requested) : null,
            NumAllocNodes = Int32(facts.Tres.Nodes),
        };

    // The bank takes names of 1 to 30 characters; one that is longer would lose the whole record.
    private static List<JobNode>? NodesOf(string nodes)
    {
        var names = Hostlist
            .Expand(nodes)
            .Where(static name => name.Length is > 0 and <= 30)
            .Select(static name => new JobNode { Name = name });
        return nodes.Length == 0 ? null : [.. names];
    }

    private static string? Word(string text) =>
        text.Length == 0 ? null
        : text.Length <= MaxWord ? text
        : text[..MaxWord];

    private static int Int32(long count) => (int)Math.Min(count, int.MaxValue);
}
