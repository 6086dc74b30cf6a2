namespace SlurmBanking.Bank.Api;

/// <summary>What an endpoint needs beside a good token, as metadata of it.</summary>
internal sealed class EndpointNeed
{
    /// <summary>Not even a token.</summary>
    public static readonly EndpointNeed Nothing = new();

    /// <summary>A staff token.</summary>
    public static readonly EndpointNeed Staff = new();

    private EndpointNeed() { }
}
