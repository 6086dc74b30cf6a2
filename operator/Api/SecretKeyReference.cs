namespace SlurmBanking.Operator.Api;

/// <summary>A key of a Secret in the same namespace.</summary>
internal sealed record SecretKeyReference
{
    /// <summary>The Secret's name.</summary>
    public string? Name { get; init; }

    /// <summary>The key in it.</summary>
    public string? Key { get; init; }
}
