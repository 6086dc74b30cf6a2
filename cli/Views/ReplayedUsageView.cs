using SlurmBanking.Wire.Banking;

namespace SlurmBanking.Cli.Views;

/// <summary>Runs of an account in a partition. Amounts in SU.</summary>
internal sealed record ReplayedUsageView(string Account, string Partition, ulong Runs, decimal Cost, decimal WouldCost)
{
    /// <summary>"+12 %", "-3 %"; "" where nothing was paid.</summary>
    public string Change =>
        Cost == 0 ? "" : ((WouldCost - Cost) / Cost * 100).ToString("+0.0 %;-0.0 %;0 %", System.Globalization.CultureInfo.InvariantCulture);

    public static ReplayedUsageView Of(ReplayedUsage usage) =>
        new(usage.Account, usage.Partition, usage.Runs, usage.Cost / 100m, usage.WouldCost / 100m);
}
