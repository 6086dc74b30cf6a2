using System.Text.Json.Serialization;

namespace SlurmBanking.BankApi;

/// <summary>A user of a cluster (/openapi.json: ListedUser).</summary>
public sealed record ClusterUser
{
    /// <summary>The uid on the cluster, digits.</summary>
    [JsonPropertyName("userid")]
    public required string UserId { get; init; }

    /// <summary>The login name, 1 to 150 characters.</summary>
    [JsonPropertyName("username")]
    public required string Username { get; init; }
}
