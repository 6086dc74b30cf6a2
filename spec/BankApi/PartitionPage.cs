using System.Text.Json.Serialization;

namespace SlurmBanking.BankApi;

/// <summary>A page of at most 100 partitions (swagger: definitions/PartitionPage).</summary>
public sealed record PartitionPage
{
    /// <summary>Items on all pages together.</summary>
    [JsonPropertyName("count")]
    public required int Count { get; init; }

    /// <summary>Address of the next page; null on the last.</summary>
    [JsonPropertyName("next")]
    public Uri? Next { get; init; }

    /// <summary>Address of the previous page; null on the first.</summary>
    [JsonPropertyName("previous")]
    public Uri? Previous { get; init; }

    /// <summary>The items of this page.</summary>
    [JsonPropertyName("results")]
    public required IReadOnlyList<Partition> Results { get; init; }
}
