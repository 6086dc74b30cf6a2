using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace SlurmBanking.BankApi;

/// <summary>A node that ran a job (swagger: definitions/JobNode).</summary>
public sealed record JobNode
{
    /// <summary>The node's name, 1 to 30 characters: the bank refuses the whole job for a longer or an empty one.</summary>
    [JsonPropertyName("name")]
    [StringLength(30, MinimumLength = 1)]
    public required string Name { get; init; }
}
