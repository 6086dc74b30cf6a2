using System.Net.Http;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using SlurmBanking.Operator.Credentials;
using SlurmBanking.Operator.Messages;
using SlurmBanking.Operator.Reconciliation;
using SlurmBanking.Operator.Rendering;
using SlurmBanking.Operator.Runtime;

namespace SlurmBanking.Operator.Webhooks;

/// <summary>
/// Sees to it that the webhook has a certificate and that the API server trusts it. Either the operator mints both, keeps them
/// in a Secret that all its replicas share and tells the API server of its CAs; or somebody else does, and they are files.
/// </summary>
internal sealed class WebhookCertificateService(
    ApiServer api,
    OperatorOptions options,
    WebhookCertificate certificate,
    TimeProvider time,
    ILogger<WebhookCertificateService> logger
) : BackgroundService
{
    private const string StateKey = "state.json";

    private static readonly TimeSpan FilesInterval = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan MintedInterval = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan AfterTrouble = TimeSpan.FromSeconds(2);

    private ObjectKey Memory => new(options.OwnNamespace, "slurm-banking-operator-webhook");

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        while (!stoppingToken.IsCancellationRequested)
        {
            TimeSpan wait;
            try
            {
                wait = options.WebhookCertificates is { } directory ? FromFiles(directory) : await MintedAsync(stoppingToken);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
            {
                Log.CertificateUnusable(logger, options.WebhookCertificates ?? $"Secret {Memory}", e.Message);
                wait = FilesInterval;
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                Log.WebhookNotRegistered(logger, options.WebhookConfiguration ?? "the API server", e.Message);
                wait = AfterTrouble;
            }

            await Task.Delay(wait, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private TimeSpan FromFiles(string directory)
    {
        certificate.Take(
            new KeyPair(File.ReadAllText(Path.Combine(directory, "tls.crt")), File.ReadAllText(Path.Combine(directory, "tls.key")))
        );
        return FilesInterval;
    }

    private async Task<TimeSpan> MintedAsync(CancellationToken cancellation)
    {
        var stored = await api.GetAsync(Resource.Secrets, Memory, cancellation);
        var known = stored is null ? null : Read(stored);
        var next = Advance(known);
        if (known is null || !Same(known, next))
        {
            // Another replica may have been quicker: that is a conflict, and what it wrote is read at the next turn.
            await api.ApplyAsync(Resource.Secrets, Body(next, stored), isForced: stored is not null, cancellation);
        }

        if (options.WebhookConfiguration is { } name)
        {
            await RegisterAsync(
                name,
                string.Concat(next.Authorities.Select(static authority => authority.Value.Certificate)),
                cancellation
            );
        }

        certificate.Take(next.Server.Pair);
        return MintedInterval;
    }

    private WebhookCredentials Advance(WebhookCredentials? known)
    {
        var now = time.GetUtcNow();
        var authorities = CertificatePlan.Authorities(known?.Authorities, "slurm-banking-operator webhook CA", now);
        var server = CertificatePlan.Server(known?.Server, authorities, options.WebhookNames, now);
        return new WebhookCredentials { Authorities = authorities, Server = server };
    }

    private static bool Same(WebhookCredentials one, WebhookCredentials other) =>
        one.Authorities.SequenceEqual(other.Authorities) && ReferenceEquals(one.Server, other.Server);

    private async Task RegisterAsync(string name, string authorities, CancellationToken cancellation)
    {
        var key = new ObjectKey("", name);
        if (await api.GetAsync(Resource.ValidatingWebhooks, key, cancellation) is not { } registered)
        {
            throw new InvalidOperationException(ApiTroubles.NoRegistration(Resource.ValidatingWebhooks.Kind, name));
        }

        var bundle = Convert.ToBase64String(Encoding.UTF8.GetBytes(authorities));
        var changes = new JsonArray();
        foreach (var webhook in registered.Parse().GetProperty("webhooks").EnumerateArray())
        {
            var client = webhook.GetProperty("clientConfig");
            var isCurrent =
                StoredObject.Text(client, "caBundle") == bundle
                && (options.WebhookUrl is null || StoredObject.Text(client, "url") == options.WebhookUrl.ToString());
            if (!isCurrent)
            {
                changes.Add((JsonNode)Change(StoredObject.Text(webhook, "name")!, bundle));
            }
        }

        if (changes.Count > 0)
        {
            await api.StrategicMergeAsync(Resource.ValidatingWebhooks, key, new JsonObject { ["webhooks"] = changes }, cancellation);
            Log.WebhookRegistered(logger, name);
        }
    }

    private JsonObject Change(string webhook, string bundle)
    {
        var client = new JsonObject { ["caBundle"] = bundle };
        if (options.WebhookUrl is { } url)
        {
            (client["url"], client["service"]) = (url.ToString(), null);
        }

        return new JsonObject { ["name"] = webhook, ["clientConfig"] = client };
    }

    private static WebhookCredentials? Read(StoredObject stored)
    {
        try
        {
            return JsonSerializer.Deserialize(
                stored.Parse().GetProperty("data").GetProperty(StateKey).GetBytesFromBase64(),
                ApiJson.Of<WebhookCredentials>()
            );
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or FormatException or InvalidOperationException)
        {
            return null;
        }
    }

    private JsonObject Body(WebhookCredentials credentials, StoredObject? stored)
    {
        var metadata = new JsonObject
        {
            ["name"] = Memory.Name,
            ["namespace"] = Memory.Namespace,

            // Not the selector's: it belongs to no BankingConfig.
            ["labels"] = new JsonObject { ["app.kubernetes.io/part-of"] = "slurm-banking" },
        };
        if (stored is not null)
        {
            (metadata["uid"], metadata["resourceVersion"]) = (stored.Uid, stored.ResourceVersion);
        }

        return new JsonObject
        {
            ["apiVersion"] = Resource.Secrets.ApiVersion,
            ["kind"] = Resource.Secrets.Kind,
            ["metadata"] = metadata,
            ["type"] = "Opaque",
            ["data"] = new JsonObject
            {
                [StateKey] = Convert.ToBase64String(JsonSerializer.SerializeToUtf8Bytes(credentials, ApiJson.Of<WebhookCredentials>())),
            },
        };
    }
}
