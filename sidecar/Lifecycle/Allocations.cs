using SlurmBanking.BankConfig;
using SlurmBanking.Sidecar.Pricing;
using SlurmBanking.Terms;

namespace SlurmBanking.Sidecar.Lifecycle;

/// <summary>
/// What a run was allocated, over time: its size may change while it goes on (scontrol(1), update NumNodes). jobcomp tells of each
/// change what was before; a listing that shows another allocation tells that there was one. Pure.
/// </summary>
internal static class Allocations
{
    /// <summary>Takes note of what a run had until now: jobcomp's record of a change, with the allocation that ended.</summary>
    public static Run Resized(Run run, RunFacts facts)
    {
        var tres = facts.Tres.ToString();
        return facts.Elapsed > Known(run.Before) ? After(run, tres, facts.Elapsed) with { Tres = tres } : run;
    }

    /// <summary>What a listing shows of a run that goes on.</summary>
    public static Run Shown(Run run, RunFacts facts)
    {
        var tres = facts.Tres.ToString();
        if (tres == run.Tres || facts.Elapsed <= Known(run.Before))
        {
            return run;
        }

        // Of a change that jobcomp told the new allocation was not known yet.
        var told = run.Before is [.., var last] && last.Tres == run.Tres;
        return (told ? run : After(run, run.Tres, facts.Elapsed)) with { Tres = tres };
    }

    /// <summary>All that a run used.</summary>
    public static IReadOnlyList<Usage> Of(RunFacts facts, Run run)
    {
        var before = facts.Before.Count > 0 ? facts.Before : run.Before ?? [];
        var rest = facts.Elapsed - Known(before);
        return [.. before, new Usage(facts.Tres.ToString(), Math.Max(0, rest.Ticks / TimeSpan.TicksPerSecond))];
    }

    /// <summary>What a run has cost, at the prices of its start.</summary>
    public static ServiceUnits CostOf(RunFacts facts, Run run, BankSettings settings)
    {
        if (settings.PolicyFor(run.Partition).RefundStates.Contains(facts.State, StringComparer.Ordinal))
        {
            return ServiceUnits.Zero;
        }

        return run.Rates.TryCost(Of(facts, run), out var cost) ? cost : ServiceUnits.Max;
    }

    private static Run After(Run run, string tres, TimeSpan elapsed) =>
        run with
        {
            Before = [.. run.Before ?? [], new Usage(tres, (elapsed - Known(run.Before)).Ticks / TimeSpan.TicksPerSecond)],
        };

    private static TimeSpan Known(IReadOnlyList<Usage>? before) => TimeSpan.FromSeconds(before?.Sum(static usage => usage.Seconds) ?? 0);
}
