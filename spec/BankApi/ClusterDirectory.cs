using System.Text.Json.Serialization;

namespace SlurmBanking.BankApi;

/// <summary>What a cluster says of its partitions and users (/openapi.json: Directory).</summary>
public sealed record ClusterDirectory
{
    /// <summary>The longest name of a partition that is taken, in characters.</summary>
    public const int MaxPartitionName = 50;

    /// <summary>The longest name of a user that is taken, in characters.</summary>
    public const int MaxUserName = 150;

    /// <summary>The most partitions that one request may have.</summary>
    public const int MostPartitions = 1000;

    /// <summary>The most users that one request may have.</summary>
    public const int MostUsers = 5000;

    /// <summary>All of the cluster's, which take the place of those before; null leaves them as they are.</summary>
    [JsonPropertyName("partitions")]
    public IReadOnlyList<Partition>? Partitions { get; init; }

    /// <summary>All of the cluster's users or some; null for none.</summary>
    [JsonPropertyName("users")]
    public IReadOnlyList<ClusterUser>? Users { get; init; }
}
