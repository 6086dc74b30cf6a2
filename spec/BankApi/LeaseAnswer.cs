using System.Text.Json.Serialization;

namespace SlurmBanking.BankApi;

/// <summary>A cluster's leases on an account (/openapi.json of our bank).</summary>
public sealed record LeaseAnswer
{
    /// <summary>Of the last renewal that was taken; another's than that of the question when that came too late.</summary>
    [JsonPropertyName("sequence")]
    public required long Sequence { get; init; }

    /// <summary>Whether the account's window is open.</summary>
    [JsonPropertyName("is_active")]
    public required bool IsActive { get; init; }

    /// <summary>When the leases lapse unless they are renewed; in seconds from the moment of the answer.</summary>
    [JsonPropertyName("expires_in_seconds")]
    public required int ExpiresInSeconds { get; init; }

    /// <summary>On the account's own limit.</summary>
    [JsonPropertyName("project")]
    public required LeaseGrant Project { get; init; }

    /// <summary>On the limits of the users that were asked about.</summary>
    [JsonPropertyName("users")]
    public required IReadOnlyList<UserLeaseGrant> Users { get; init; }
}
