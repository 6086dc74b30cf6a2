using SlurmBanking.Sidecar.ClusterView;
using SlurmBanking.Sidecar.Pricing;

namespace SlurmBanking.Simulation.Tests;

/// <summary>The prices, and the formula in whole numbers: independent of the sidecar's.</summary>
internal static class Tariff
{
    public const string Toml = "[PartitionPrice]\nnormal = 0.75\nsmall = 1.234\n";

    private const long LargestNode = 16;

    // In thousandths of an SU per CPU-hour.
    private static readonly Dictionary<string, long> Prices = new(StringComparer.Ordinal)
    {
        ["normal"] = 750,
        ["small"] = 1234,
        ["free"] = 0,
    };

    /// <summary>CPUs and whole minutes, of a day at most, that cost a little more than an amount.</summary>
    public static (long Cpus, TimeSpan Time) DearerThan(long hundredths, string partition)
    {
        var minutes = hundredths * 600 / Prices[partition];
        var cpus = Math.Min(LargestNode, 1 + (minutes / 1400));
        var time = TimeSpan.FromMinutes(minutes / cpus);
        while (Hundredths(partition, cpus, time) <= hundredths)
        {
            time += TimeSpan.FromMinutes(1);
        }

        return (cpus, time);
    }

    /// <summary>CPUs × thousandths × seconds / 36000, half a hundredth up.</summary>
    public static long Hundredths(string partition, long cpus, TimeSpan time) =>
        ((2 * cpus * Prices[partition] * (long)time.TotalSeconds) + 36_000) / 72_000;

    /// <summary>What Slurm says of itself.</summary>
    public static ClusterSnapshot Cluster()
    {
        static Partition Of(string name) => new() { Name = name, MaxTime = TimeSpan.FromDays(1) };
        return ClusterSnapshot.Of(
            [Of("normal") with { IsDefault = true }, Of("small"), Of("free")],
            [new Node("n1", ["normal", "small", "free"], TresCounts.Of(("cpu", 16), ("mem", 65_536)), 1, 1)]
        ) with
        {
            Name = "sim",
        };
    }
}
