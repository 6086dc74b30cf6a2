using YamlDotNet.RepresentationModel;

namespace SlurmBanking.Kubernetes.Tests;

/// <summary>The chart with real helm: what it renders, what it refuses, and what it tells whoever has installed it.</summary>
[Collection(ApiServerCollection.Name)]
public sealed class ChartTests(ApiServerFixture server)
{
    private static readonly string Chart = Tree.In("charts/slurm-banking");

    /// <summary>Each is one mistake in a values file.</summary>
    public static TheoryData<string> WrongValues =>
        [
            // Names that are none.
            "images: {tag: a}",
            "image: {repo: a}",
            "image: {registry: a}",
            "image: {tags: a}",
            "image: {pullpolicy: Always}",
            "replicas: 2",
            "namespaces: [a]",
            "webhook: {enabled: false}",
            "annotatePods: true",
            "resources: {}",
            "operator: {replica: 2}",
            "operator: {replicaCount: 2}",
            "operator: {namespace: a}",
            "operator: {watchNamespaces: [a]}",
            "operator: {annotatepods: true}",
            "operator: {webhooks: {enabled: false}}",
            "operator: {webhook: {enable: false}}",
            "operator: {webhook: {cert: a}}",
            "operator: {webhook: {certSecret: a}}",
            "operator: {resource: {}}",
            "operator: {resources: {request: {cpu: 1}}}",
            "operator: {resources: {limit: {cpu: 1}}}",
            "operator: {env: []}",
            "operator: {nodeselector: {}}",
            "networkPolicy: true",
            "monitoring: {podMonitor: true}",
            "monitoring: {rule: true}",
            "monitoring: {dashboard: true}",
            "monitoring: {enabled: true}",
            // Values that are none.
            "image: a",
            "image: {repository: ''}",
            "image: {repository: 'A B'}",
            "image: {tag: 'a b'}",
            "image: {tag: 1.0}",
            "image: {pullPolicy: Sometimes}",
            "image: {pullSecrets: a}",
            "image: {pullSecrets: [{name: a}]}",
            "operator: {replicas: '2'}",
            "operator: {replicas: -1}",
            "operator: {replicas: 1.5}",
            "operator: {namespaces: a}",
            "operator: {namespaces: [A]}",
            "operator: {namespaces: [a, a]}",
            "operator: {annotatePods: 'yes'}",
            "operator: {webhook: false}",
            "operator: {webhook: {enabled: 'false'}}",
            "operator: {webhook: {certificateSecret: 'a b'}}",
            "operator: {webhook: {caBundle: '-----BEGIN'}}",
            "operator: {webhook: {annotations: {a: 1}}}",
            "operator: {resources: {limits: {memory: 128MB}}}",
            "operator: {resources: {requests: {cpu: -1}}}",
            "operator: {extraEnv: [{value: a}]}",
            "operator: {tolerations: [a]}",
            "networkPolicies: 'on'",
            "monitoring: {labels: {a: 1}}",
        ];

    [Fact]
    public async Task Helm_finds_nothing_wrong_with_it() =>
        Assert.Contains("0 chart(s) failed", (await server.HelmAsync("lint", "--strict", Chart)).Must(), StringComparison.Ordinal);

    [Theory]
    [MemberData(nameof(WrongValues))]
    public async Task A_wrong_value_is_refused_and_named(string values)
    {
        var file = server.In($"{Guid.NewGuid():n}.yaml");
        await File.WriteAllTextAsync(file, values);
        var result = await server.HelmAsync("template", "x", Chart, "-f", file);
        Assert.False(result.Succeeded, "helm takes it");

        // The schema says where: the innermost object of a mistake in these is at least the first key's, or the root.
        var first = values[..values.IndexOf(':', StringComparison.Ordinal)];
        Assert.Contains(first, result.Error, StringComparison.Ordinal);
        Assert.Contains("schema", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_Prometheus_has_no_operator_there_is_nothing_for_it()
    {
        var kinds = Kinds(await TemplateAsync());
        Assert.DoesNotContain("PodMonitor", kinds);
        Assert.DoesNotContain("PrometheusRule", kinds);
        Assert.Equal(3, kinds.Count(static kind => kind == "ConfigMap"));
    }

    [Fact]
    public async Task The_rules_in_the_cluster_are_those_of_the_file()
    {
        var rendered = await TemplateAsync("--api-versions", "monitoring.coreos.com/v1", "--set", "monitoring.labels.release=prometheus");
        var rule = Assert.Single(Objects(rendered), static one => Text(one, "kind") == "PrometheusRule");
        Assert.Equal("prometheus", Text(rule, "metadata", "labels", "release"));
        var file = Objects(await File.ReadAllTextAsync(Path.Combine(Chart, "files/alerts.yaml")))[0];
        Assert.Equal(Find(file, "groups"), Find(rule, "spec", "groups"));
        Assert.Equal(2, Kinds(rendered).Count(static kind => kind == "PodMonitor"));
    }

    [Fact]
    public async Task The_dashboards_in_the_cluster_are_those_of_the_files()
    {
        var maps = Objects(await TemplateAsync()).Where(static one => Text(one, "kind") == "ConfigMap").ToList();
        foreach (var file in Directory.GetFiles(Path.Combine(Chart, "files/dashboards")))
        {
            var (name, content) = (Path.GetFileName(file), await File.ReadAllTextAsync(file));
            var map = Assert.Single(maps, map => Text(map, "metadata", "name") == Path.GetFileNameWithoutExtension(name));
            Assert.Equal("1", Text(map, "metadata", "labels", "grafana_dashboard"));
            Assert.Equal(content.TrimEnd(), Text(map, "data", name));
        }
    }

    [Fact]
    public async Task Several_replicas_are_spread_and_one_may_go_at_a_time()
    {
        Assert.DoesNotContain("PodDisruptionBudget", Kinds(await TemplateAsync()));
        var objects = Objects(await TemplateAsync("--set", "operator.replicas=2"));
        var budget = Assert.Single(objects, static one => Text(one, "kind") == "PodDisruptionBudget");
        var deployment = Assert.Single(objects, static one => Text(one, "kind") == "Deployment");
        Assert.Equal(Find(deployment, "spec", "selector"), Find(budget, "spec", "selector"));
        var spread = (YamlSequenceNode)Find(deployment, "spec", "template", "spec", "topologySpreadConstraints")!;
        Assert.Equal(Find(deployment, "spec", "selector"), Find(spread[0], "labelSelector"));
    }

    /// <summary>What a container could misuse it does not have.</summary>
    [Fact]
    public async Task Every_container_is_confined()
    {
        var deployment = Assert.Single(Objects(await TemplateAsync()), static one => Text(one, "kind") == "Deployment");
        Assert.Equal("true", Text(deployment, "spec", "template", "spec", "securityContext", "runAsNonRoot"));
        Assert.Equal("RuntimeDefault", Text(deployment, "spec", "template", "spec", "securityContext", "seccompProfile", "type"));
        foreach (var container in (YamlSequenceNode)Find(deployment, "spec", "template", "spec", "containers")!)
        {
            Assert.Equal("true", Text(container, "securityContext", "readOnlyRootFilesystem"));
            Assert.Equal("false", Text(container, "securityContext", "allowPrivilegeEscalation"));
            Assert.Equal("ALL", Assert.Single((YamlSequenceNode)Find(container, "securityContext", "capabilities", "drop")!).ToString());
        }
    }

    [Theory]
    [InlineData("", "slurm")]
    [InlineData("hpc", "hpc")]
    public async Task The_notes_hold_a_complete_BankingConfig_and_the_next_commands(string watched, string space)
    {
        await Stage.SetAsync(server);
        var arguments = new List<string> { "install", "notes", Chart, "--dry-run=client", "--namespace", "banking" };
        if (watched.Length > 0)
        {
            arguments.AddRange(["--set", $"operator.namespaces={{{watched}}}", "--set", "operator.webhook.enabled=false"]);
        }

        var shown = (await server.HelmAsync([.. arguments])).Must();
        var notes = shown[shown.IndexOf("NOTES:", StringComparison.Ordinal)..];
        Assert.Contains($"kubectl -n {space} get configmap banking-integration", notes, StringComparison.Ordinal);
        Assert.Contains($"kubectl -n {space} get bankingconfigs", notes, StringComparison.Ordinal);
        Assert.Equal(watched.Length > 0, notes.Contains("The webhook is off", StringComparison.Ordinal));

        // As a shell would read it; the API server then takes it for what it is.
        var (from, to) = (notes.IndexOf("<<'END'\n", StringComparison.Ordinal) + 8, notes.IndexOf("   END", StringComparison.Ordinal));
        var config = string.Join('\n', notes[from..to].Split('\n').Select(static line => line.Length > 3 ? line[3..] : ""));
        await server.KubectlAsync("create", "namespace", space);
        var applied = await server.KubectlWithInputAsync(config, "apply", "--dry-run=server", "--validate=false", "-f", "-");
        Assert.Contains("bankingconfig.banking.slurm.dev/banking created", applied.Must(), StringComparison.Ordinal);
    }

    private async Task<string> TemplateAsync(params string[] more) =>
        (await server.HelmAsync(["template", "x", Chart, "--namespace", "banking", "--kube-version", "1.31", .. more])).Must();

    private static List<string?> Kinds(string text) => [.. Objects(text).Select(static one => Text(one, "kind"))];

    private static List<YamlNode> Objects(string text)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(text));
        return [.. stream.Documents.Select(static document => document.RootNode)];
    }

    private static string? Text(YamlNode node, params ReadOnlySpan<string> path) => (Find(node, path) as YamlScalarNode)?.Value;

    private static YamlNode? Find(YamlNode? node, params ReadOnlySpan<string> path)
    {
        foreach (var key in path)
        {
            node = node is YamlMappingNode map && map.Children.TryGetValue(key, out var child) ? child : null;
        }

        return node;
    }
}
