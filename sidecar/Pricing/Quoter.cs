using SlurmBanking.BankConfig;
using SlurmBanking.Sidecar.ClusterView;
using SlurmBanking.Terms;

namespace SlurmBanking.Sidecar.Pricing;

/// <summary>Prices a request as the most that it can cost. Pure: the same request, cluster and settings give the same quote.</summary>
internal static class Quoter
{
    public static Quote Quote(JobRequest request, ClusterSnapshot cluster, BankSettings settings)
    {
        if (request.ArrayTasks <= 0)
        {
            return new Quote.Refused("the job array's task list can't be read");
        }

        var partitions =
            request.Partitions.Count > 0 ? request.Partitions
            : cluster.DefaultPartition is { } name ? [name]
            : [];
        if (partitions.Count == 0)
        {
            return new Quote.Refused("no partition is given, and the cluster has no default partition");
        }

        // The scheduler may choose any partition of the list, so the dearest counts; one refusal refuses all.
        Quote.Priced? dearest = null;
        foreach (var partition in partitions)
        {
            switch (InPartition(request, partition, cluster.Partitions.GetValueOrDefault(partition), settings))
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

    private static Quote InPartition(JobRequest request, string name, Partition? partition, BankSettings settings)
    {
        var policy = settings.PolicyFor(name);
        var unpriced = !settings.PartitionPrices.ContainsKey(name) && !settings.TresPrices.ContainsKey(name);
        if (unpriced && policy.RefuseUnpricedPartition)
        {
            return new Quote.Refused($"partition {name} has no price, and this cluster's policy is to refuse such jobs");
        }

        var rates = Rates.For(settings, name, request.Qos);
        if (unpriced)
        {
            return new Quote.Priced(name, ServiceUnits.Zero, request.ArrayTasks, rates, $"partition {name} has no price", Unpriced: true);
        }

        if (TimeOf(request, partition, policy) is not { } time)
        {
            return new Quote.Refused($"no time limit is given, and partition {name} has none: use --time");
        }

        TresCounts tres;
        try
        {
            tres = Footprint.Of(request, partition);
        }
        catch (OverflowException)
        {
            return new Quote.Refused("it asks for more resources than can be counted");
        }

        var how = $"{tres.Cpus} {(tres.Cpus == 1 ? "CPU" : "CPUs")} x {SlurmTime.Format(time)} x {rates.Describe(tres)}";
        if (!rates.TryCost(tres, time, out var unit) || request.ArrayTasks > ServiceUnits.Max.Hundredths / Math.Max(unit.Hundredths, 1))
        {
            return new Quote.Refused($"it may cost more than {ServiceUnits.Max} SU, the most that the bank can hold ({how})");
        }

        how = request.ArrayTasks == 1 ? how : $"{request.ArrayTasks} tasks x {how}";
        return new Quote.Priced(name, unit, request.ArrayTasks, rates, how, Unpriced: false);
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
