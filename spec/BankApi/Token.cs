using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace SlurmBanking.BankApi;

/// <summary>A token (swagger: definitions/Token), sent as <c>Authorization: Token {key}</c>.</summary>
public sealed record Token
{
    /// <summary>The key.</summary>
    [JsonPropertyName("token")]
    [StringLength(int.MaxValue, MinimumLength = 1)]
    public required string Key { get; init; }

    /// <summary>Names the record only: what prints it must not print secrets.</summary>
    public override string ToString() => nameof(Token);
}
