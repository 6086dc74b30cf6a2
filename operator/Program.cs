using System.CommandLine;
using System.Net;
using k8s;
using k8s.Exceptions;
using SlurmBanking.Operator;
using SlurmBanking.Operator.Commands;
using SlurmBanking.Operator.Messages;
using SlurmBanking.Operator.Reconciliation;

var space = new Option<string[]>("--namespace")
{
    Description = "Namespace to watch; may be given several times [default: all]",
    DefaultValueFactory = static _ => [],
};
var http = new Option<string>("--http")
{
    Description = "ADDRESS:PORT of /metrics, /healthz and /readyz, or none",
    DefaultValueFactory = static _ => "127.0.0.1:9466",
};
var webhook = new Option<string>("--webhook")
{
    Description = "ADDRESS:PORT of the validating webhook, HTTPS, or none",
    DefaultValueFactory = static _ => "none",
};
var webhookUrl = new Option<string?>("--webhook-url")
{
    Description =
        "https://HOST:PORT/validate by which the API server reaches the webhook when this runs outside a cluster [default: its Service]",
};
var webhookConfiguration = new Option<string>("--webhook-configuration")
{
    Description = "ValidatingWebhookConfiguration whose caBundle is kept up to date, or none",
    DefaultValueFactory = static _ => "slurm-banking-operator",
};
var webhookService = new Option<string>("--webhook-service")
{
    Description = "The webhook's Service, in the operator's own namespace",
    DefaultValueFactory = static _ => "slurm-banking-operator",
};
var webhookCertificates = new Option<string?>("--webhook-certificates")
{
    Description = "Directory with tls.crt and tls.key that somebody else renews [default: the operator mints its own]",
};
var ownNamespace = new Option<string>("--own-namespace")
{
    Description = "Namespace of the operator's Lease and of its webhook's Secret",
    DefaultValueFactory = static _ => Environment.GetEnvironmentVariable("POD_NAMESPACE") ?? "default",
};
var electsLeader = new Option<bool>("--leader-elect")
{
    Description = "Work only while holding the Lease",
    DefaultValueFactory = static _ => true,
};
var identity = new Option<string>("--identity")
{
    Description = "Name of this process in the Lease; must be its own [default: POD_NAME, else a new one]",
    DefaultValueFactory = static _ => Environment.GetEnvironmentVariable("POD_NAME") ?? $"{Environment.MachineName}_{Guid.NewGuid():n}",
};
var image = new Option<string>("--image")
{
    Description = "Image with sidecar and plugins, for the values that are rendered",
    DefaultValueFactory = static _ => $"slurm-banking:{ThisAssembly.Version.Split('+')[0]}",
};
var sidecarAddress = new Option<string?>("--sidecar-address")
{
    Description = "HOST:PORT where the controllers' sidecars are looked for from outside a cluster [default: their Services]",
};
var annotatesPods = new Option<bool>("--annotate-pods")
{
    Description = "Stamp changes on the controllers' pods, so that the kubelet brings them at once; needs the right to patch pods",
};

var root = new RootCommand("Renders BankingConfigs into the files that Slurm's pods mount. Takes KUBECONFIG, or the account of its pod.")
{
    space,
    http,
    webhook,
    webhookUrl,
    webhookConfiguration,
    webhookService,
    webhookCertificates,
    ownNamespace,
    electsLeader,
    identity,
    image,
    sidecarAddress,
    annotatesPods,
    CheckCommand.Create(),
    MintTokensCommand.Create(),
};
root.SetAction(
    async (result, cancellation) =>
    {
        IPEndPoint? httpEndpoint = null;
        if (result.GetValue(http) is not (null or "none") && !IPEndPoint.TryParse(result.GetValue(http)!, out httpEndpoint))
        {
            return Fail(CommandLine.BadEndpoint("--http", result.GetValue(http)!));
        }

        IPEndPoint? webhookEndpoint = null;
        if (result.GetValue(webhook) is not (null or "none") && !IPEndPoint.TryParse(result.GetValue(webhook)!, out webhookEndpoint))
        {
            return Fail(CommandLine.BadEndpoint("--webhook", result.GetValue(webhook)!));
        }

        Uri? url = null;
        if (
            result.GetValue(webhookUrl) is { } given
            && (!Uri.TryCreate(given, UriKind.Absolute, out url) || url.Scheme != Uri.UriSchemeHttps)
        )
        {
            return Fail(CommandLine.BadWebhookUrl(given));
        }

        if (url is not null && webhookEndpoint is null)
        {
            webhookEndpoint = IPEndPoint.TryParse($"{url.Host}:{url.Port}", out var same) ? same : new IPEndPoint(IPAddress.Any, url.Port);
        }

        DnsEndPoint? sidecars = null;
        if (result.GetValue(sidecarAddress) is { } address)
        {
            var colon = address.LastIndexOf(':');
            if (colon <= 0 || !ushort.TryParse(address[(colon + 1)..], out var port) || port == 0)
            {
                return Fail(CommandLine.BadSidecarAddress(address));
            }

            sidecars = new DnsEndPoint(address[..colon], port);
        }

        var (service, own) = (result.GetValue(webhookService)!, result.GetValue(ownNamespace)!);
        KubernetesClientConfiguration configuration;
        try
        {
            configuration = KubernetesClientConfiguration.BuildDefaultConfig();
        }
        catch (Exception e) when (e is KubeConfigException or IOException or UnauthorizedAccessException)
        {
            return Fail(CommandLine.NoApiServer(e.Message));
        }

        var options = new OperatorOptions
        {
            Namespaces = [.. result.GetValue(space)!.Distinct(StringComparer.Ordinal)],
            Http = httpEndpoint,
            Webhook = webhookEndpoint,
            WebhookUrl = url,
            WebhookConfiguration = result.GetValue(webhookConfiguration) is "none" ? null : result.GetValue(webhookConfiguration),
            WebhookNames = url is null ? [$"{service}.{own}.svc", $"{service}.{own}.svc.cluster.local"] : [url.Host],
            WebhookCertificates = result.GetValue(webhookCertificates),
            OwnNamespace = own,
            ElectsLeader = result.GetValue(electsLeader),
            Identity = result.GetValue(identity)!,
            Image = result.GetValue(image)!,
            SidecarAddress = sidecars,
            AnnotatesPods = result.GetValue(annotatesPods),
        };
        return await OperatorHost.RunAsync(options, configuration, cancellation);
    }
);
return await root.Parse(args).InvokeAsync();

static int Fail(string problem)
{
    Console.Error.WriteLine(CommandLine.Failed(problem));
    return 1;
}
