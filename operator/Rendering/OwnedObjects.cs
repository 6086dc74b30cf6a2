using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using SlurmBanking.Operator.Api;
using SlurmBanking.Operator.Credentials;
using SlurmBanking.Operator.Runtime;

namespace SlurmBanking.Operator.Rendering;

/// <summary>Everything that belongs to a BankingConfig: the same object and the same credentials, the same bytes.</summary>
internal static class OwnedObjects
{
    /// <summary>The key of the state in Secret <see cref="OwnedNames.Authority"/>.</summary>
    public const string StateKey = "state.json";

    private const string GrpcPort = "grpc-sidecar";

    /// <summary>The Secret that remembers the credentials: the others follow from it, so it is applied before them.</summary>
    public static OwnedObject Memory(BankingConfig config, CredentialState state) =>
        Secret(config, OwnedNames.Authority(Name(config)), (StateKey, JsonSerializer.Serialize(state, ApiJson.Of<CredentialState>())));

    /// <summary>The ConfigMaps: what the sidecar reads, what Slurm reads, what admins paste.</summary>
    public static IEnumerable<OwnedObject> Files(BankingConfig config, string toml, Site site)
    {
        yield return ConfigMap(config, OwnedNames.BankConfig(Name(config)), (BankConfigToml.Key, toml));
        yield return ConfigMap(
            config,
            OwnedNames.Slurm(Name(config)),
            (SlurmFiles.PlugstackKey, SlurmFiles.Plugstack),
            (SlurmFiles.SlurmConfKey, SlurmFiles.SlurmConf)
        );
        yield return ConfigMap(
            config,
            OwnedNames.Integration(Name(config)),
            ("slinky-values.yaml", SlinkyValues.Render(site)),
            ("soperator-values.yaml", SoperatorValues.Render(site)),
            ("plain-pods.yaml", PlainPods.Render(site))
        );
    }

    /// <summary>The Secrets that pods mount.</summary>
    public static IEnumerable<OwnedObject> Credentials(BankingConfig config, CredentialState state, DateTimeOffset now)
    {
        var authorities = string.Concat(state.Authorities.Select(static authority => authority.Value.Certificate));
        yield return Secret(
            config,
            OwnedNames.ControllerCredentials(Name(config)),
            ("tls.crt", state.Server.Pair.Certificate),
            ("tls.key", state.Server.Pair.Key),
            ("node-tokens", Lines(state.NodeTokens)),
            ("login-tokens", Lines(state.LoginTokens))
        );
        yield return Secret(
            config,
            OwnedNames.NodeCredentials(Name(config)),
            ("ca.crt", authorities),
            ("node-token", Rotation.Presented(state.NodeTokens, now).Value + "\n")
        );
        yield return Secret(
            config,
            OwnedNames.LoginCredentials(Name(config)),
            ("ca.crt", authorities),
            ("login-token", Rotation.Presented(state.LoginTokens, now).Value + "\n")
        );
    }

    /// <summary>The Service of the controller's sidecar.</summary>
    public static OwnedObject Service(BankingConfig config, IReadOnlyDictionary<string, string> selector, int port)
    {
        var labels = new JsonObject();
        foreach (var (key, value) in selector.OrderBy(static pair => pair.Key, StringComparer.Ordinal))
        {
            labels[key] = value;
        }

        var body = Body(config, Resource.Services, OwnedNames.Service(Name(config)));
        body["spec"] = new JsonObject
        {
            // One pod, and its name resolved to its address: nothing to balance, and no address of the cluster's range used up.
            ["clusterIP"] = "None",
            ["selector"] = labels,

            // The sidecar answers, and must be heard, also while slurmctld beside it is not ready.
            ["publishNotReadyAddresses"] = true,
            ["ports"] = new JsonArray(
                new JsonObject
                {
                    ["name"] = GrpcPort,
                    ["port"] = port,
                    ["targetPort"] = port,
                    ["protocol"] = "TCP",
                }
            ),
        };
        return new OwnedObject(Resource.Services, body);
    }

    /// <summary>DNS names of the controller's sidecar, the one by which it is called first.</summary>
    public static IReadOnlyList<string> ServiceNames(BankingConfig config)
    {
        var (name, space) = (OwnedNames.Service(Name(config)), config.Metadata.NamespaceProperty);
        return [$"{name}.{space}.svc", name, $"{name}.{space}", $"{name}.{space}.svc.cluster.local"];
    }

    private static string Name(BankingConfig config) => config.Metadata.Name;

    private static string Lines(IEnumerable<Dated<string>> tokens) => string.Concat(tokens.Select(static token => token.Value + "\n"));

    private static OwnedObject ConfigMap(BankingConfig config, string name, params ReadOnlySpan<(string Key, string Text)> data)
    {
        var body = Body(config, Resource.ConfigMaps, name);
        var content = new JsonObject();
        foreach (var (key, text) in data)
        {
            content[key] = text;
        }

        body["data"] = content;
        return new OwnedObject(Resource.ConfigMaps, body);
    }

    private static OwnedObject Secret(BankingConfig config, string name, params ReadOnlySpan<(string Key, string Text)> data)
    {
        var body = Body(config, Resource.Secrets, name);
        var content = new JsonObject();
        foreach (var (key, text) in data)
        {
            content[key] = Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
        }

        body["type"] = "Opaque";
        body["data"] = content;
        return new OwnedObject(Resource.Secrets, body);
    }

    private static JsonObject Body(BankingConfig config, Resource resource, string name)
    {
        var metadata = new JsonObject
        {
            ["name"] = name,
            ["namespace"] = config.Metadata.NamespaceProperty,
            ["labels"] = new JsonObject
            {
                [OwnedLabels.ManagedBy] = OwnedLabels.Operator,
                ["app.kubernetes.io/part-of"] = "slurm-banking",
                ["app.kubernetes.io/instance"] = Name(config),
                [OwnedLabels.Config] = Name(config),
            },
        };

        // Under Retain nothing is the garbage collector's: pods that mount these go on when the BankingConfig is gone.
        if (config.Spec.DeletionPolicy == "Delete")
        {
            metadata["ownerReferences"] = new JsonArray(
                new JsonObject
                {
                    ["apiVersion"] = config.ApiVersion,
                    ["kind"] = config.Kind,
                    ["name"] = Name(config),
                    ["uid"] = config.Metadata.Uid,
                    ["controller"] = true,
                }
            );
        }

        return new JsonObject
        {
            ["apiVersion"] = resource.ApiVersion,
            ["kind"] = resource.Kind,
            ["metadata"] = metadata,
        };
    }
}
