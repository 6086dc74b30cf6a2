using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace SlurmBanking.BankApi;

/// <summary>A user of the bank (swagger: definitions/User).</summary>
public sealed record User
{
    /// <summary>The login name, 1 to 150 characters.</summary>
    [JsonPropertyName("username")]
    [StringLength(150, MinimumLength = 1)]
    public required string Username { get; init; }

    /// <summary>The mail address, at most 254 characters; empty when not known.</summary>
    [JsonPropertyName("email")]
    [StringLength(254)]
    public string Email { get; init; } = "";
}
