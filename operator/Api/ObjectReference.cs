namespace SlurmBanking.Operator.Api;

/// <summary>An object in the same namespace.</summary>
internal sealed record ObjectReference
{
    /// <summary>Its name.</summary>
    public string? Name { get; init; }
}
