using System.Text.Json;

namespace SlurmBanking.Contract.Tests;

/// <summary>What somebody has prepared at the bank; whatever is not there is not asked about (docs/contract.md).</summary>
internal sealed record Prepared
{
    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow,
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
    };

    /// <summary>An account with an allocation that takes some SU more.</summary>
    public required PreparedAccount Account { get; init; }

    /// <summary>Another one, of the same user.</summary>
    public PreparedAccount? Other { get; init; }

    /// <summary>One whose user may use less of it than is left of the allocation.</summary>
    public PreparedAccount? Capped { get; init; }

    /// <summary>One whose allocation has a first moment, and perhaps a last.</summary>
    public PreparedAccount? Dated { get; init; }

    /// <summary>One whose allocation is over.</summary>
    public PreparedAccount? Expired { get; init; }

    /// <summary>One that is billed and never refused.</summary>
    public PreparedAccount? Exempt { get; init; }

    /// <summary>One with an allocation that is nowhere else in this, for leases.</summary>
    public PreparedAccount? Leased { get; init; }

    /// <summary>A user whom the bank knows and who is no member of <see cref="Account"/>.</summary>
    public string? StrangerUid { get; init; }

    /// <summary>Whether what the real service is known to do wrong is not asked.</summary>
    public bool ExcuseKnownFaults { get; init; }

    /// <exception cref="JsonException">It is no such description.</exception>
    /// <exception cref="IOException">It can't be read.</exception>
    public static Prepared Read(string file) =>
        JsonSerializer.Deserialize<Prepared>(File.ReadAllText(file), Format) ?? throw new JsonException("null describes nothing");
}
