using SlurmBanking.BankApi;
using SlurmBanking.BankConfig;
using SlurmBanking.Sidecar.ClusterView;

namespace SlurmBanking.Sidecar.Bank;

/// <summary>
/// What the bank is told of a cluster: its partitions with their prices, and who the uids of its users are. As CPUs are what prices are
/// of, they are what counts as cores. Names that no bank takes are left out, so that they keep none of the others from being told.
/// </summary>
internal static class DirectoryListing
{
    /// <summary>One request, or several where there are many users; the first has the partitions. Always in the same order.</summary>
    public static IReadOnlyList<ClusterDirectory> Of(ClusterSnapshot cluster, BankSettings settings)
    {
        var partitions = cluster
            .Partitions.Values.Where(static partition => IsName(partition.Name, ClusterDirectory.MaxPartitionName))
            .OrderBy(static partition => partition.Name, StringComparer.Ordinal)
            .Take(ClusterDirectory.MostPartitions)
            .Select(partition => new BankApi.Partition
            {
                Name = partition.Name,
                Shared = !partition.Exclusive,
                NumNodes = partition.Nodes.Count,
                NumCores = (int)Math.Min(int.MaxValue, partition.Nodes is [var largest, ..] ? largest.Tres.Cpus : 0),
                SuPerCoreHour = settings.PartitionPrices.GetValueOrDefault(partition.Name),
            });
        var users = (cluster.Associations?.Users ?? [])
            .Where(static user => IsName(user.Name, ClusterDirectory.MaxUserName))
            .OrderBy(static user => user.Uid)
            .Select(static user => new ClusterUser { UserId = $"{user.Uid}", Username = user.Name })
            .Chunk(ClusterDirectory.MostUsers)
            .ToList();
        return
        [
            new ClusterDirectory { Partitions = [.. partitions], Users = users is [var first, ..] ? first : null },
            .. users.Skip(1).Select(static some => new ClusterDirectory { Users = some }),
        ];
    }

    private static bool IsName(string name, int maxLength) =>
        name.Length > 0 && name.Length <= maxLength && !name.Any(static c => char.IsWhiteSpace(c) || char.IsControl(c) || c is '/' or '\\');
}
