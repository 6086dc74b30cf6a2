using System.Text.Json.Serialization;

namespace SlurmBanking.BankApi;

/// <summary>Whether a job may be submitted (swagger: definitions/SubmitAnswer). The body of a 200 and of a 400.</summary>
public sealed record SubmitAnswer
{
    /// <summary>Whether the job may be submitted.</summary>
    [JsonPropertyName("success")]
    public required bool Success { get; init; }

    /// <summary>Why not, in numbers.</summary>
    [JsonPropertyName("message")]
    public required string Message { get; init; }
}
