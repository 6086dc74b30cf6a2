using System.Text.Json.Serialization;

namespace SlurmBanking.BankApi;

/// <summary>What an account and a user of it may still use (/openapi.json of our bank: Balance).</summary>
public sealed record AccountBalance
{
    /// <summary>The account's name.</summary>
    [JsonPropertyName("account")]
    public required string Account { get; init; }

    /// <summary>Whether its window is open.</summary>
    [JsonPropertyName("is_active")]
    public required bool IsActive { get; init; }

    /// <summary>Whether it is billed but never refused.</summary>
    [JsonPropertyName("is_exempt")]
    public required bool IsExempt { get; init; }

    /// <summary>All its users together.</summary>
    [JsonPropertyName("project")]
    public required LimitBalance Project { get; init; }

    /// <summary>The user who was asked about; null when none was.</summary>
    [JsonPropertyName("user")]
    public UserBalance? User { get; init; }
}
