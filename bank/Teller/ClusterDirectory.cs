using SlurmBanking.BankApi;

namespace SlurmBanking.Bank.Teller;

/// <summary>What a cluster says of its partitions and users.</summary>
/// <param name="Partitions">All of its partitions; null when it says nothing of them.</param>
/// <param name="Users">Login names by uid, all or some; empty when it says nothing of them.</param>
public sealed record ClusterDirectory(IReadOnlyList<Partition>? Partitions, IReadOnlyDictionary<string, string> Users);
