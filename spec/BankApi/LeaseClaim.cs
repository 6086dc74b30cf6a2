using System.Text.Json.Serialization;
using SlurmBanking.Terms;

namespace SlurmBanking.BankApi;

/// <summary>What a cluster holds and wants of one limit (/openapi.json of our bank).</summary>
public record LeaseClaim
{
    /// <summary>Held for live jobs and not charged yet, in SU.</summary>
    [JsonPropertyName("held")]
    [JsonConverter(typeof(ServiceUnitsConverter))]
    public required ServiceUnits Held { get; init; }

    /// <summary>How much lease is wanted in all, in SU; at least <see cref="Held"/>. Less than before gives back at once.</summary>
    [JsonPropertyName("want")]
    [JsonConverter(typeof(ServiceUnitsConverter))]
    public required ServiceUnits Want { get; init; }
}
