using SlurmBanking.BankConfig;
using SlurmBanking.Sidecar.ClusterView;
using SlurmBanking.Sidecar.Lifecycle;

namespace SlurmBanking.Sidecar.Tests.Lifecycle;

/// <summary>Takes in a listing without anything happening between its steps.</summary>
internal static class WholeListing
{
    public static Changes Listed(this JobLife life, QueueListing listing, ClusterSnapshot cluster, BankSettings settings)
    {
        var all = new Changes();
        foreach (var step in QueueIntake.Steps(life, listing, cluster, settings))
        {
            var changes = step();
            foreach (var hold in changes.Holds)
            {
                all.Put(hold);
            }

            foreach (var hold in changes.Released)
            {
                all.Release(hold);
            }

            all.Runs.AddRange(changes.Runs);
            all.Deliveries.AddRange(changes.Deliveries);
            all.Withdrawn.AddRange(changes.Withdrawn);
            all.Unbillable.AddRange(changes.Unbillable);
        }

        return all;
    }

    /// <summary>Jobs of which only accounting can tell more.</summary>
    public static IEnumerable<uint> Missing(this JobLife life, QueueListing listing) =>
        Recollection
            .Missing(life.Book.Runs, listing)
            .Union(listing.Keys.Where(key => Recollection.HasUnseenRun(life.Book, key)).Select(static key => key.JobId));
}
