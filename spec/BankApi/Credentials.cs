using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace SlurmBanking.BankApi;

/// <summary>What a token is traded for (swagger: definitions/Credentials).</summary>
public sealed record Credentials
{
    /// <summary>The name.</summary>
    [JsonPropertyName("username")]
    [StringLength(int.MaxValue, MinimumLength = 1)]
    public required string Username { get; init; }

    /// <summary>The secret that goes with it.</summary>
    [JsonPropertyName("password")]
    [StringLength(int.MaxValue, MinimumLength = 1)]
    public required string Password { get; init; }

    /// <summary>Names the record only: what prints it must not print secrets.</summary>
    public override string ToString() => nameof(Credentials);
}
