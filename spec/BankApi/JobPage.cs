using System.Text.Json.Serialization;

namespace SlurmBanking.BankApi;

/// <summary>A page of at most 100 jobs (swagger: definitions/JobPage).</summary>
public sealed record JobPage
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
    public required IReadOnlyList<Job> Results { get; init; }

    /// <summary>Service units of all pages together.</summary>
    [JsonPropertyName("total_amount")]
    public decimal TotalAmount { get; init; }

    /// <summary>CPU-hours of all pages together.</summary>
    [JsonPropertyName("total_cpu_time")]
    public decimal TotalCpuTime { get; init; }
}
