namespace SlurmBanking.Operator.Credentials;

/// <summary>All secrets between a cluster's sidecars, as they are kept in a Secret that no pod mounts.</summary>
internal sealed record CredentialState
{
    /// <summary>Tokens by which nodes report starts, oldest first; all are accepted.</summary>
    public required IReadOnlyList<Dated<string>> NodeTokens { get; init; }

    /// <summary>Tokens by which login nodes, and the operator, ask; oldest first, all are accepted.</summary>
    public required IReadOnlyList<Dated<string>> LoginTokens { get; init; }

    /// <summary>CAs, oldest first; nodes trust all.</summary>
    public required IReadOnlyList<Dated<KeyPair>> Authorities { get; init; }

    /// <summary>What the controller's sidecar shows.</summary>
    public required ServerCertificate Server { get; init; }
}
