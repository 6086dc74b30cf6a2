using System.Text.Json.Serialization;

namespace SlurmBanking.BankApi;

/// <summary>A cluster's lease on a user's limit in an account (/openapi.json of our bank).</summary>
public sealed record UserLeaseGrant : LeaseGrant
{
    /// <summary>The user's uid on the cluster.</summary>
    [JsonPropertyName("userid")]
    public required string UserId { get; init; }

    /// <summary>Whether the user may submit to the account at all.</summary>
    [JsonPropertyName("is_member")]
    public required bool IsMember { get; init; }
}
