using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace SlurmBanking.BankApi;

/// <summary>A partition and its price (swagger: definitions/Partition).</summary>
public sealed record Partition
{
    /// <summary>The partition's name, 1 to 50 characters.</summary>
    [JsonPropertyName("name")]
    [StringLength(50, MinimumLength = 1)]
    public required string Name { get; init; }

    /// <summary>Whether jobs share its nodes.</summary>
    [JsonPropertyName("shared")]
    public required bool Shared { get; init; }

    /// <summary>Its nodes.</summary>
    [JsonPropertyName("num_nodes")]
    public required int NumNodes { get; init; }

    /// <summary>The cores of one node.</summary>
    [JsonPropertyName("num_cores")]
    public required int NumCores { get; init; }

    /// <summary>Service units per core and hour.</summary>
    [JsonPropertyName("su_per_core_hour")]
    [JsonConverter(typeof(DecimalTextConverter))]
    public required decimal SuPerCoreHour { get; init; }
}
