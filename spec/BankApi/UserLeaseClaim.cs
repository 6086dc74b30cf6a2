using System.Text.Json.Serialization;

namespace SlurmBanking.BankApi;

/// <summary>What a cluster holds and wants of a user's limit in an account (/openapi.json of our bank).</summary>
public sealed record UserLeaseClaim : LeaseClaim
{
    /// <summary>The user's uid on the cluster.</summary>
    [JsonPropertyName("userid")]
    public required string UserId { get; init; }
}
