using System.Text.Json.Serialization;

namespace SlurmBanking.BankApi;

/// <summary>What a user is charged on an account (/openapi.json of our bank: UserBalance).</summary>
public sealed record UserBalance : LimitBalance
{
    /// <summary>The user's uid on the cluster.</summary>
    [JsonPropertyName("uid")]
    public required string Uid { get; init; }

    /// <summary>Whether the user may submit to the account at all.</summary>
    [JsonPropertyName("is_member")]
    public required bool IsMember { get; init; }
}
