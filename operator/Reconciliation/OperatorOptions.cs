using System.Net;
using SlurmBanking.Operator.Runtime;

namespace SlurmBanking.Operator.Reconciliation;

/// <summary>What the operator is told on its command line.</summary>
internal sealed record OperatorOptions
{
    /// <summary>Namespaces that are watched; none for all.</summary>
    public IReadOnlyList<string> Namespaces { get; init; } = [];

    /// <summary>Where /metrics, /healthz and /readyz are served; null for nowhere.</summary>
    public IPEndPoint? Http { get; init; }

    /// <summary>Where the webhook is served; null for none.</summary>
    public IPEndPoint? Webhook { get; init; }

    /// <summary>By which the API server reaches the webhook from outside the cluster; null for the Service that is registered.</summary>
    public Uri? WebhookUrl { get; init; }

    /// <summary>Name of the ValidatingWebhookConfiguration whose caBundle is kept up to date; null to leave it alone.</summary>
    public string? WebhookConfiguration { get; init; }

    /// <summary>Names that the webhook's certificate is for.</summary>
    public IReadOnlyList<string> WebhookNames { get; init; } = [];

    /// <summary>Directory with tls.crt and tls.key that somebody else makes; null where the operator makes them.</summary>
    public string? WebhookCertificates { get; init; }

    /// <summary>The operator's own namespace: of its Lease, and of the Secret with the webhook's certificate.</summary>
    public required string OwnNamespace { get; init; }

    /// <summary>Whether the Lease decides who works; without it, this process does.</summary>
    public bool ElectsLeader { get; init; } = true;

    /// <summary>By which the Lease knows this process. One that starts again in the same pod takes its own Lease up at once.</summary>
    public required string Identity { get; init; }

    /// <summary>Image that the values for Slurm's operators name.</summary>
    public required string Image { get; init; }

    /// <summary>Where every controller's sidecar is looked for instead of at its Service, from outside a cluster; null for there.</summary>
    public DnsEndPoint? SidecarAddress { get; init; }

    /// <summary>Whether the controller's pod is told of a change by an annotation, so that the kubelet brings it at once.</summary>
    public bool AnnotatesPods { get; init; }

    /// <summary>The Lease.</summary>
    public ObjectKey Lease => new(OwnNamespace, "slurm-banking-operator");
}
