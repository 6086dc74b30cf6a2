using SlurmBanking.Bank.Storage;

namespace SlurmBanking.Bank.Api;

/// <summary>What an endpoint needs, as metadata of it; without any it needs a good token.</summary>
internal sealed class EndpointNeed
{
    /// <summary>Not even a token.</summary>
    public static readonly EndpointNeed Nothing = new(TokenScope.Read);

    /// <summary>Any good token.</summary>
    public static readonly EndpointNeed Read = new(TokenScope.Read);

    /// <summary>A staff token.</summary>
    public static readonly EndpointNeed Staff = new(TokenScope.Staff);

    /// <summary>An admin token.</summary>
    public static readonly EndpointNeed Admin = new(TokenScope.Admin);

    private EndpointNeed(TokenScope scope) => Scope = scope;

    /// <summary>The least scope of a token that will do.</summary>
    public TokenScope Scope { get; }
}
