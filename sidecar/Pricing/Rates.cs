using SlurmBanking.BankConfig;
using SlurmBanking.Terms;

namespace SlurmBanking.Sidecar.Pricing;

/// <summary>
/// The prices that apply to one job: of its partition, times its QOS multiplier. A run keeps the rates in force when it
/// started, whatever the configuration says later.
/// </summary>
/// <param name="CpuPrice">SU per CPU-hour.</param>
/// <param name="TresPrices">SU per TRES-hour by Slurm's name; memory per GiB-hour.</param>
/// <param name="QosMultiplier">Factor.</param>
internal sealed record Rates(decimal CpuPrice, IReadOnlyDictionary<string, decimal> TresPrices, decimal QosMultiplier)
{
    private const decimal MibPerGib = 1024m;
    private const decimal SecondsPerHour = 3600m;

    private static readonly Dictionary<string, decimal> NoPrices = new(StringComparer.Ordinal);

    public static Rates For(BankSettings settings, string partition, string qos) =>
        new(
            settings.PartitionPrices.GetValueOrDefault(partition),
            settings.TresPrices.GetValueOrDefault(partition, NoPrices),
            settings.QosMultipliers.GetValueOrDefault(qos, 1m)
        );

    /// <summary>Σ(price × count) × hours × multiplier, rounded half away from zero to hundredths.</summary>
    /// <returns>False when the result is more than the ledger can hold.</returns>
    public bool TryCost<T>(T tres, TimeSpan time, out ServiceUnits cost)
        where T : ITresCounts
    {
        cost = default;
        try
        {
            return TryRound(Weighed(tres, time), out cost);
        }
        catch (OverflowException)
        {
            // Decimal overflows at 7.9e28, far beyond the ledger's 999999999.99.
            return false;
        }
    }

    /// <summary>The same for allocations that followed one another, rounded once.</summary>
    /// <inheritdoc cref="TryCost{T}(T, TimeSpan, out ServiceUnits)"/>
    public bool TryCost(IReadOnlyList<Usage> used, out ServiceUnits cost)
    {
        cost = default;
        try
        {
            return TryRound(used.Sum(usage => Weighed(usage.Counts, usage.Time)), out cost);
        }
        catch (OverflowException)
        {
            return false;
        }
    }

    // The division comes last: it is the only step that is not exact.
    private bool TryRound(decimal priceSeconds, out ServiceUnits cost) =>
        ServiceUnits.TryRound(priceSeconds * QosMultiplier / SecondsPerHour, out cost);

    private decimal Weighed<T>(T tres, TimeSpan time)
        where T : ITresCounts => PerHour(tres) * (time.Ticks / TimeSpan.TicksPerSecond);

    private decimal PerHour<T>(T tres)
        where T : ITresCounts
    {
        var perHour = CpuPrice * tres.Cpus;
        foreach (var (name, price) in TresPrices)
        {
            perHour += name == "mem" ? price * tres[name] / MibPerGib : price * tres[name];
        }

        return perHour;
    }

    /// <summary>For a person: "16 CPUs x 4:00:00 x 0.75 SU/CPU-h".</summary>
    public string Explain<T>(T tres, TimeSpan time)
        where T : ITresCounts => $"{tres.Cpus} {(tres.Cpus == 1 ? "CPU" : "CPUs")} x {SlurmTime.Format(time)} x {Describe(tres)}";

    /// <summary>For a person: "0.75 SU/CPU-h", with every priced TRES and the multiplier when it is not 1.</summary>
    public string Describe<T>(T tres)
        where T : ITresCounts
    {
        var prices = $"{CpuPrice} SU/CPU-h";
        foreach (var (name, price) in TresPrices)
        {
            prices = tres[name] > 0 ? $"{prices} + {price} SU/{name}-h" : prices;
        }

        return QosMultiplier == 1m ? prices : $"{prices} x {QosMultiplier} for the QOS";
    }
}
