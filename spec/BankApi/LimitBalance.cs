using System.Text.Json.Serialization;
using SlurmBanking.Terms;

namespace SlurmBanking.BankApi;

/// <summary>What is charged against a limit (/openapi.json of our bank: Limited).</summary>
public record LimitBalance
{
    /// <summary>The limit, in SU; null where nothing limits.</summary>
    [JsonPropertyName("limit")]
    [JsonConverter(typeof(ServiceUnitsConverter))]
    public ServiceUnits? Limit { get; init; }

    /// <summary>What is charged, in SU.</summary>
    [JsonPropertyName("charged")]
    [JsonConverter(typeof(ServiceUnitsConverter))]
    public required ServiceUnits Charged { get; init; }

    /// <summary>What is leased to other clusters, in SU; zero from a bank that has no leases.</summary>
    [JsonPropertyName("leased")]
    [JsonConverter(typeof(ServiceUnitsConverter))]
    public ServiceUnits Leased { get; init; }

    /// <summary>
    /// What is left, in SU, what is leased to other clusters left out; negative where more was used, null where nothing limits.
    /// </summary>
    [JsonPropertyName("available")]
    [JsonConverter(typeof(ServiceUnitsConverter))]
    public ServiceUnits? Available { get; init; }
}
