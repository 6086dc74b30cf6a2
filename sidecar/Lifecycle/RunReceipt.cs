using SlurmBanking.Sidecar.Pricing;
using SlurmBanking.Terms;

namespace SlurmBanking.Sidecar.Lifecycle;

/// <summary>How the figures of a run came about, for a person. Pure.</summary>
internal static class RunReceipt
{
    /// <summary>"16 CPUs x 4:00:00 x 0.75 SU/CPU-h"; "" for a run that an older sidecar opened.</summary>
    public static string OfEstimate(Run run) =>
        run.Limit is { } limit ? run.Rates.Explain(TresCounts.Parse(run.Before is [var first, ..] ? first.Tres : run.Tres), limit) : "";

    /// <summary>The same of what it cost, one allocation after the other; "" while it runs.</summary>
    public static string OfActual(Run run)
    {
        if (run is not { Actual: { } actual, Used: { } used })
        {
            return "";
        }

        var last = new Usage(run.Tres, used.Ticks / TimeSpan.TicksPerSecond);
        IReadOnlyList<Usage> all = [.. run.Before ?? [], last];
        var how = string.Join(" + ", all.Select(usage => run.Rates.Explain(usage.Counts, usage.Time)));
        var isRefunded = actual == ServiceUnits.Zero && run.Rates.TryCost(all, out var cost) && cost > ServiceUnits.Zero;
        return isRefunded ? $"{how}, refunded: {run.EndState}" : how;
    }
}
