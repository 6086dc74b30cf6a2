using System.Text.Json.Nodes;
using k8s;
using k8s.Models;
using SlurmBanking.Operator.Api;
using SlurmBanking.Operator.Rendering;

namespace SlurmBanking.Kubernetes.Tests;

/// <summary>
/// A namespace of its own, and an operator that has exactly the rights which the chart gives it: what it lacks, fails.
/// </summary>
internal sealed class Stage : IAsyncDisposable
{
    /// <summary>The operator's own namespace, as the chart's release has it.</summary>
    public const string Home = "slurm-banking";

    /// <summary>The operator's account there.</summary>
    public const string Account = "slurm-banking-operator";

    private readonly List<RunningProcess> _operators = [];

    private Stage(ApiServerFixture server, string name) => (Server, Namespace) = (server, name);

    public ApiServerFixture Server { get; }

    public string Namespace { get; }

    /// <summary>How far the clocks of operators that are started from now on are ahead of everybody else's; behind when negative.</summary>
    public TimeSpan Ahead { get; set; }

    /// <summary>More for the environment of operators that are started from now on.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; set; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Directory with token and ca.crt that operators which are started from now on find as a pod finds its account's.</summary>
    public string? PodAccount { get; set; }

    public OperatorProcess Operator => (OperatorProcess)_operators[^1];

    /// <summary>The chart's CRD, rights and webhook on the server, and a fresh namespace; no operator yet.</summary>
    public static async Task<Stage> SetAsync(ApiServerFixture server)
    {
        var manifests = server.In("chart.yaml");
        if (!File.Exists(manifests))
        {
            await server.Admin.CoreV1.CreateNamespaceAsync(new V1Namespace { Metadata = new V1ObjectMeta { Name = Home } });
            var rendered = await server.HelmAsync(
                "template",
                "slurm-banking",
                Tree.In("charts/slurm-banking"),
                "--namespace",
                Home,
                "--kube-version",
                "1.31",
                "--set",
                "operator.annotatePods=true",
                "--show-only",
                "templates/operator-rbac.yaml",
                "--show-only",
                "templates/operator-webhook.yaml"
            );
            await server.InstallCrdAsync(Tree.In("spec/crd/bankingconfigs.yaml"));
            (await server.KubectlWithInputAsync(rendered.Must(), "apply", "--validate=false", "-f", "-")).Must();
            await File.WriteAllTextAsync(manifests, rendered.Output);
        }

        return new Stage(server, await server.NewNamespaceAsync());
    }

    /// <summary>The same, with an operator at work in the namespace.</summary>
    public static async Task<Stage> WithOperatorAsync(ApiServerFixture server, params string[] arguments)
    {
        var stage = await SetAsync(server);
        await stage.StartAsync(null, arguments);
        await stage.Operator.UntilReadyAsync();
        return stage;
    }

    /// <summary>Starts an operator that watches this namespace, without a lease unless the arguments say otherwise.</summary>
    /// <param name="through">A proxy's address; null for the server's own.</param>
    /// <param name="arguments">More for its command line.</param>
    public async Task<OperatorProcess> StartAsync(Uri? through, params string[] arguments)
    {
        string[] lease = arguments.Contains("--leader-elect") ? [] : ["--leader-elect", "false"];
        string[] webhook = arguments.Contains("--webhook-url") ? [] : ["--webhook-configuration", "none"];
        string[] space = arguments.Contains("--all") ? [] : ["--namespace", Namespace];
        var given = arguments.Where(static argument => argument != "--all");
        string[] all = [.. space, "--own-namespace", Home, .. lease, .. webhook, .. given];
        var started = PodAccount is { } account
            ? OperatorProcess.StartInPod(account, Server.Url, all)
            : OperatorProcess.Start(
                await Server.KubeconfigAsync(Home, Account, through),
                new Dictionary<string, string>(Environment.Concat(Clock()), StringComparer.Ordinal),
                all
            );
        _operators.Add(started);
        return started;
    }

    // Timers go by the monotonic clock, which is left alone.
    private Dictionary<string, string> Clock()
    {
        const string library = "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1";
        if (Ahead == TimeSpan.Zero)
        {
            return [];
        }

        Assert.SkipUnless(File.Exists(library), "faketime is not installed");
        return new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["LD_PRELOAD"] = library,
            ["FAKETIME"] = Ahead.TotalSeconds.ToString("+0;-0", System.Globalization.CultureInfo.InvariantCulture),
            ["FAKETIME_DONT_FAKE_MONOTONIC"] = "1",
            ["NO_FAKE_STAT"] = "1",
        };
    }

    /// <summary>kubectl apply of a BankingConfig.</summary>
    public Task<CommandResult> ApplyAsync(string name, Action<JsonObject>? change = null) =>
        Server.KubectlWithInputAsync(Manifest(name, change).ToJsonString(), "apply", "-f", "-");

    /// <summary>A good one, whose cluster has the same name.</summary>
    public JsonObject Manifest(string name, Action<JsonObject>? change = null)
    {
        var spec = new JsonObject
        {
            ["api"] = new JsonObject
            {
                ["url"] = "https://bank.example.org/api",
                ["tokenSecretRef"] = new JsonObject { ["name"] = "bank-token" },
            },
            ["partitionPrices"] = new JsonObject { ["normal"] = "0.75" },
            ["sidecar"] = new JsonObject { ["selector"] = new JsonObject { ["app"] = name } },
        };
        change?.Invoke(spec);
        return new JsonObject
        {
            ["apiVersion"] = "banking.slurm.dev/v1alpha1",
            ["kind"] = "BankingConfig",
            ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = Namespace },
            ["spec"] = spec,
        };
    }

    /// <summary>bank-config.toml in its ConfigMap; null when there is none.</summary>
    public async Task<string?> TomlAsync(string name) => (await ConfigMapAsync(OwnedNames.BankConfig(name)))?.Data?[BankConfigToml.Key];

    public async Task<V1ConfigMap?> ConfigMapAsync(string name) =>
        (await Server.Admin.CoreV1.ListNamespacedConfigMapAsync(Namespace, fieldSelector: $"metadata.name={name}")).Items.SingleOrDefault();

    public async Task<V1Secret?> SecretAsync(string name) =>
        (await Server.Admin.CoreV1.ListNamespacedSecretAsync(Namespace, fieldSelector: $"metadata.name={name}")).Items.SingleOrDefault();

    public Task UntilTomlAsync(string name, string text, TimeSpan? within = null) =>
        Until.TrueAsync(
            async () => (await TomlAsync(name))?.Contains(text, StringComparison.Ordinal) == true,
            $"bank-config.toml of {name} has {text}",
            within,
            () => Operator.Tail(20)
        );

    public async Task<BankingConfig?> ReadAsync(string name)
    {
        var shown = await Server.KubectlAsync("get", "bankingconfig", name, "-n", Namespace, "-o", "json");
        return shown.Succeeded
            ? System.Text.Json.JsonSerializer.Deserialize<BankingConfig>(shown.Output, SlurmBanking.Operator.Runtime.ApiJson.Options)
            : null;
    }

    public async Task<Condition?> ConditionAsync(string name, string type) =>
        (await ReadAsync(name))?.Status?.Conditions?.FirstOrDefault(condition => condition.Type == type);

    /// <summary>Waits until a condition of the present generation has a status and a reason.</summary>
    public async Task<Condition> UntilConditionAsync(string name, string type, string status, string? reason = null)
    {
        Condition? last = null;
        await Until.TrueAsync(
            async () =>
            {
                var config = await ReadAsync(name);
                last = config?.Status?.Conditions?.FirstOrDefault(condition => condition.Type == type);
                return last is not null
                    && last.Status == status
                    && (reason is null || last.Reason == reason)
                    && last.ObservedGeneration == config!.Metadata.Generation;
            },
            $"{name} is {type}={status} {reason}",
            otherwise: () => $"{last}\n{Operator.Tail(20)}"
        );
        return last!;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var one in _operators)
        {
            await one.DisposeAsync();
        }
    }
}
