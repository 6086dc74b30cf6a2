using SlurmBanking.BankConfig;
using SlurmBanking.Sidecar.ClusterView;
using SlurmBanking.Sidecar.Messages;
using SlurmBanking.Terms;

namespace SlurmBanking.Sidecar.Pricing;

/// <summary>Prices a request as the most that it can cost. Pure: the same request, cluster and settings give the same quote.</summary>
internal static class Quoter
{
    public static Quote Quote(JobRequest request, ClusterSnapshot cluster, BankSettings settings)
    {
        if (request.ArrayTasks <= 0)
        {
            return new Quote.Refused(Refusals.ArrayUnreadable);
        }

        if (request.Partitions.Count == 0)
        {
            return cluster.DefaultPartition is { } name
                ? InPartition(request, name, cluster, settings)
                : new Quote.Refused(Refusals.NoPartition);
        }

        // The scheduler may choose any partition of the list, so the dearest counts; one refusal refuses all.
        Quote.Priced? dearest = null;
        for (var i = 0; i < request.Partitions.Count; i++)
        {
            switch (InPartition(request, request.Partitions[i], cluster, settings))
            {
                case Quote.Refused refused:
                    return refused;
                case Quote.Priced priced when dearest is null || priced.Unit > dearest.Unit:
                    dearest = priced;
                    break;
                default:
                    break;
            }
        }

        return dearest!;
    }

    private static Quote InPartition(JobRequest request, string name, ClusterSnapshot cluster, BankSettings settings)
    {
        var partition = cluster.Partitions.GetValueOrDefault(name);
        var policy = settings.PolicyFor(name);
        var unpriced = !settings.PartitionPrices.ContainsKey(name) && !settings.TresPrices.ContainsKey(name);
        if (unpriced && policy.RefuseUnpricedPartition)
        {
            return new Quote.Refused(Refusals.NoPrice(name));
        }

        var rates = Rates.For(settings, name, request.Qos);
        if (unpriced)
        {
            return new Quote.Priced(name, ServiceUnits.Zero, request.ArrayTasks, rates, Footprint: null, default);
        }

        if (TimeOf(request, partition, policy) is not { } time)
        {
            return new Quote.Refused(Refusals.NoTimeLimit(name));
        }

        Footprint footprint;
        try
        {
            footprint = Footprint.Of(request, partition);
        }
        catch (OverflowException)
        {
            return new Quote.Refused(Refusals.TooMuch(name));
        }

        return
            rates.TryCost(footprint, time, out var unit) && request.ArrayTasks <= ServiceUnits.Max.Hundredths / Math.Max(unit.Hundredths, 1)
            ? new Quote.Priced(name, unit, request.ArrayTasks, rates, footprint, time)
            : new Quote.Refused(Refusals.BeyondTheLedger(ServiceUnits.Max, rates.Explain(footprint, time)));
    }

    // The job's limit; else the partition's default; else its maximum; else what the policy assumes. UNLIMITED can be granted
    // no more than the partition's maximum.
    private static TimeSpan? TimeOf(JobRequest request, Partition? partition, PolicySettings policy)
    {
        if (request.TimeLimit is { } limit)
        {
            return limit;
        }

        var granted = request.TimeUnlimited ? partition?.MaxTime : partition?.DefaultTime ?? partition?.MaxTime;
        return granted ?? (policy.AssumeMissingTimeLimit ? policy.AssumedTimeLimit : null);
    }
}
