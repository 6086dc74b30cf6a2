using YamlDotNet.RepresentationModel;
using static SlurmBanking.Kubernetes.Tests.RenderedChart;

namespace SlurmBanking.Kubernetes.Tests;

/// <summary>The chart with real helm: what it renders, and what it tells whoever has installed it.</summary>
[Collection(ApiServerCollection.Name)]
public sealed class ChartTests(ApiServerFixture server)
{
    private static readonly string Chart = RenderedChart.Folder;

    [Fact]
    public async Task Helm_finds_nothing_wrong_with_it() =>
        Assert.Contains("0 chart(s) failed", (await server.HelmAsync("lint", "--strict", Chart)).Must(), StringComparison.Ordinal);

    [Fact]
    public async Task Where_Prometheus_has_no_operator_there_is_nothing_for_it()
    {
        var kinds = (await OfAsync(server, "--set", "bank.enabled=true")).Kinds;
        Assert.DoesNotContain("PodMonitor", kinds);
        Assert.DoesNotContain("PrometheusRule", kinds);
        Assert.Equal(3, kinds.Count(static kind => kind == "ConfigMap"));
    }

    [Fact]
    public async Task The_rules_in_the_cluster_are_those_of_the_file()
    {
        var rendered = await OfAsync(
            server,
            "--api-versions",
            "monitoring.coreos.com/v1",
            "--set",
            "monitoring.labels.release=prometheus,bank.enabled=true"
        );
        var rule = rendered.One("PrometheusRule", "slurm-banking");
        Assert.Equal("prometheus", Scalar(rule, "metadata", "labels", "release"));
        var file = Read(await File.ReadAllTextAsync(Path.Combine(Chart, "files/alerts.yaml")))[0];
        Assert.Equal(Find(file, "groups"), Find(rule, "spec", "groups"));
        var monitors = rendered.Objects.Where(static one => Scalar(one, "kind") == "PodMonitor").ToList();
        Assert.Equal(3, monitors.Count);
        Assert.All(monitors, static monitor => Assert.Equal("prometheus", Scalar(monitor, "metadata", "labels", "release")));

        // The alerts know a job by its name, which is the monitor's.
        Assert.All(
            monitors,
            static monitor => Assert.Contains("slurm-banking", Scalar(monitor, "metadata", "name"), StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task The_dashboards_in_the_cluster_are_those_of_the_files()
    {
        var maps = (await OfAsync(server)).Objects.Where(static one => Scalar(one, "kind") == "ConfigMap").ToList();
        foreach (var file in Directory.GetFiles(Path.Combine(Chart, "files/dashboards")))
        {
            var (name, content) = (Path.GetFileName(file), await File.ReadAllTextAsync(file));
            var map = Assert.Single(maps, map => Scalar(map, "metadata", "name") == Path.GetFileNameWithoutExtension(name));
            Assert.Equal("1", Scalar(map, "metadata", "labels", "grafana_dashboard"));
            Assert.Equal(content.TrimEnd(), Scalar(map, "data", name));
        }
    }

    [Fact]
    public async Task Several_replicas_are_spread_and_one_may_go_at_a_time()
    {
        Assert.DoesNotContain("PodDisruptionBudget", (await OfAsync(server)).Kinds);
        var rendered = await OfAsync(server, "--set", "operator.replicas=2");
        var budget = rendered.One("PodDisruptionBudget", Stage.Account);
        var deployment = rendered.One("Deployment", Stage.Account);
        Assert.Equal(Find(deployment, "spec", "selector"), Find(budget, "spec", "selector"));
        var spread = (YamlSequenceNode)Find(deployment, "spec", "template", "spec", "topologySpreadConstraints")!;
        Assert.Equal(Find(deployment, "spec", "selector"), Find(spread[0], "labelSelector"));
    }

    [Theory]
    [InlineData("{}", "slurm", "banking", "https://bank.example.org/mybrc-rest", "create secret generic bank-token")]
    [InlineData(
        "operator: {namespaces: [hpc], webhook: {enabled: false}}",
        "hpc",
        "banking",
        "https://bank.example.org/mybrc-rest",
        "The webhook is off"
    )]
    [InlineData("bank: {enabled: true}", "banking", "banking", "http://slurm-banking-bank.banking.svc:8181", "deposit fc_abc 1000")]
    [InlineData(
        "{bank: {enabled: true}, clusters: [{name: Chem_1, bankingConfig: chem, namespace: lab, port: 9999, slurmVersion: 25.11.2}]}",
        "lab",
        "chem",
        "http://slurm-banking-bank.banking.svc:8181",
        "kubectl -n lab rollout status daemonset/slurm-banking-node-chem"
    )]
    public async Task The_notes_hold_a_complete_BankingConfig_and_the_next_commands(
        string values,
        string space,
        string name,
        string url,
        string more
    )
    {
        await Stage.SetAsync(server);
        var file = server.In($"{Guid.NewGuid():n}.yaml");
        await File.WriteAllTextAsync(file, values);
        var shown = (await server.HelmAsync("install", "notes", Chart, "--dry-run=client", "--namespace", Space, "-f", file)).Must();
        var notes = shown[shown.IndexOf("NOTES:", StringComparison.Ordinal)..];
        Assert.Contains($"kubectl -n {space} get configmap {name}-integration", notes, StringComparison.Ordinal);
        Assert.Contains($"kubectl -n {space} get bankingconfigs", notes, StringComparison.Ordinal);
        Assert.Contains(more, notes, StringComparison.Ordinal);
        Assert.Contains("helm test notes -n banking", notes, StringComparison.Ordinal);

        // As a shell would read it; the API server then takes it for what it is.
        var (from, to) = (notes.IndexOf("<<'END'\n", StringComparison.Ordinal) + 8, notes.IndexOf("   END", StringComparison.Ordinal));
        var config = string.Join('\n', notes[from..to].Split('\n').Select(static line => line.Length > 3 ? line[3..] : ""));
        await server.KubectlAsync("create", "namespace", space);
        var applied = await server.KubectlWithInputAsync(config, "apply", "--dry-run=server", "--validate=false", "-f", "-");
        Assert.Contains($"bankingconfig.banking.slurm.dev/{name} created", applied.Must(), StringComparison.Ordinal);

        // What it says of the bank and of the nodes' sidecars is what the chart has made.
        var spec = Find(Assert.Single(Read(config)), "spec")!;
        Assert.Equal(url, Scalar(spec, "api", "url"));
        Assert.Equal(values.Contains("port", StringComparison.Ordinal) ? "9999" : null, Scalar(spec, "sidecar", "port"));
        Assert.Equal(values.Contains("Chem_1", StringComparison.Ordinal) ? "Chem_1" : null, Scalar(spec, "sidecar", "cluster"));
    }
}
