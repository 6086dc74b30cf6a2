using System.Text.Json.Serialization;

namespace SlurmBanking.BankApi;

/// <summary>What a cluster holds and wants of an account (/openapi.json of our bank).</summary>
public sealed record LeaseRenewal
{
    /// <summary>
    /// More than that of any earlier renewal of this cluster and account. One that arrives late, or twice, changes nothing.
    /// </summary>
    [JsonPropertyName("sequence")]
    public required long Sequence { get; init; }

    /// <summary>Of the account's own limit.</summary>
    [JsonPropertyName("project")]
    public required LeaseClaim Project { get; init; }

    /// <summary>Of its users' limits; 1000 at most. The leases of others stay as they are.</summary>
    [JsonPropertyName("users")]
    public required IReadOnlyList<UserLeaseClaim> Users { get; init; }
}
