using SlurmBanking.Operator.Credentials;

namespace SlurmBanking.Operator.Webhooks;

/// <summary>CAs and certificate of the webhook, as they are kept in a Secret in the operator's own namespace.</summary>
internal sealed record WebhookCredentials
{
    /// <summary>CAs, oldest first; the API server is told of all.</summary>
    public required IReadOnlyList<Dated<KeyPair>> Authorities { get; init; }

    /// <summary>What the webhook shows.</summary>
    public required ServerCertificate Server { get; init; }
}
