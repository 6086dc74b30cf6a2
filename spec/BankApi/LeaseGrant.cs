using System.Text.Json.Serialization;
using SlurmBanking.Terms;

namespace SlurmBanking.BankApi;

/// <summary>A cluster's lease on one limit (/openapi.json of our bank). Amounts in SU.</summary>
public record LeaseGrant
{
    /// <summary>What the cluster may hold in all without asking; null where nothing limits.</summary>
    [JsonPropertyName("granted")]
    [JsonConverter(typeof(ServiceUnitsConverter))]
    public ServiceUnits? Granted { get; init; }

    /// <summary>What it should give back of that with its next request, for others.</summary>
    [JsonPropertyName("asked_back")]
    [JsonConverter(typeof(ServiceUnitsConverter))]
    public ServiceUnits? AskedBack { get; init; }

    /// <summary>What is neither charged nor leased to anybody; may be negative, null where nothing limits.</summary>
    [JsonPropertyName("available")]
    [JsonConverter(typeof(ServiceUnitsConverter))]
    public ServiceUnits? Available { get; init; }

    /// <summary>The limit; null where nothing limits.</summary>
    [JsonPropertyName("limit")]
    [JsonConverter(typeof(ServiceUnitsConverter))]
    public ServiceUnits? Limit { get; init; }

    /// <summary>What is charged against it.</summary>
    [JsonPropertyName("charged")]
    [JsonConverter(typeof(ServiceUnitsConverter))]
    public ServiceUnits? Charged { get; init; }

    /// <summary>What the cluster holds beyond what it was granted.</summary>
    [JsonPropertyName("uncovered")]
    [JsonConverter(typeof(ServiceUnitsConverter))]
    public ServiceUnits? Uncovered { get; init; }
}
