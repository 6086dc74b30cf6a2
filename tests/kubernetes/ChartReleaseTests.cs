using System.Text.RegularExpressions;
using k8s;
using YamlDotNet.RepresentationModel;
using static SlurmBanking.Kubernetes.Tests.RenderedChart;

namespace SlurmBanking.Kubernetes.Tests;

/// <summary>
/// Whole releases on a real API server, by real helm. The server is older than what the chart takes, so the line that says so is
/// taken out of a copy; nothing else is changed. No kubelet: pods are never run here (<see cref="ChartPod"/> runs their containers).
/// </summary>
[Collection(OwnApiServerCollection.Name)]
public sealed partial class ChartReleaseTests(ApiServerFixture server)
{
    private const string Release = "bank";
    private const string Crd = "bankingconfigs.banking.slurm.dev";

    /// <summary>As it was before nodes' sidecars and bank were in it; which commit, is said beside it.</summary>
    private const string Previous = "slurm-banking-0.1.0.tgz";

    [Fact]
    public async Task A_release_is_installed_upgraded_rolled_back_taken_away_and_installed_again()
    {
        var (home, slurm) = (await server.NewNamespaceAsync("home"), await server.NewNamespaceAsync("slurm"));
        var values = Values(slurm);
        await ForgetCrdAsync();
        var current = await CopyAsync();
        try
        {
            // As helm 3 did; the next test has server-side apply.
            await HelmAsync("install", home, await UnpackAsync(Previous), "--server-side=false");
            await Until.TrueAsync(async () => (await ApplyConfigAsync(slurm)).Succeeded, "the server serves the CRD");
            var before = await server.Admin.AppsV1.ReadNamespacedDeploymentAsync(Stage.Account, home);

            // As the chart's README says of this upgrade.
            var reused = await server.HelmAsync("upgrade", Release, current, "-n", home, "--reuse-values");
            Assert.Contains("additional properties", reused.Error, StringComparison.Ordinal);
            await HelmAsync("upgrade", home, current, "--reset-then-reuse-values", "-f", values);
            var after = await server.Admin.AppsV1.ReadNamespacedDeploymentAsync(Stage.Account, home);
            Assert.Equal(before.Metadata.Uid, after.Metadata.Uid);
            Assert.NotEqual(before.Spec.Template.Spec.Containers[0].Image, after.Spec.Template.Spec.Containers[0].Image);
            await IsStoredAsAskedAsync(home);
            Assert.True(await ExistsAsync("bankingconfig", "physics", slurm));

            // Back: what was new goes, except for the books.
            (await server.HelmAsync("rollback", Release, "1", "-n", home)).Must();
            Assert.False(await ExistsAsync("daemonset", "slurm-banking-node-physics", slurm));
            Assert.False(await ExistsAsync("statefulset", "slurm-banking-bank", home));
            Assert.True(await ExistsAsync("persistentvolumeclaim", "slurm-banking-bank", home));
            var back = await server.Admin.AppsV1.ReadNamespacedDeploymentAsync(Stage.Account, home);
            Assert.Equal(before.Spec.Template.Spec.Containers[0].Image, back.Spec.Template.Spec.Containers[0].Image);
            Assert.True(await ExistsAsync("bankingconfig", "physics", slurm));

            // And forth again, over the volume that stayed.
            await HelmAsync("upgrade", home, current, "-f", values);
            var claim = (await server.Admin.CoreV1.ReadNamespacedPersistentVolumeClaimAsync("slurm-banking-bank", home)).Metadata.Uid;
            const string token = "slurm-banking-bank-token";
            (await server.KubectlAsync("create", "secret", "generic", token, "-n", home, "--from-literal=token=a")).Must();

            (await server.HelmAsync("uninstall", Release, "-n", home)).Must();
            Assert.True(await ExistsAsync("bankingconfig", "physics", slurm));
            Assert.True(await ExistsAsync("secret", token, home));
            Assert.True(await ExistsAsync("persistentvolumeclaim", "slurm-banking-bank", home));
            foreach (var (kind, name, space) in Gone(home, slurm))
            {
                await Until.TrueAsync(async () => !await ExistsAsync(kind, name, space), $"{kind} {name} is gone");
            }

            // Whoever installs it again finds books and configuration as they were.
            await HelmAsync("install", home, current, "-f", values);
            var found = (await server.Admin.CoreV1.ReadNamespacedPersistentVolumeClaimAsync("slurm-banking-bank", home)).Metadata.Uid;
            Assert.Equal(claim, found);
            Assert.True(await ExistsAsync("bankingconfig", "physics", slurm));
        }
        finally
        {
            await server.HelmAsync("uninstall", Release, "-n", home);
        }
    }

    [Fact]
    public async Task An_upgrade_brings_new_fields_of_the_CRD()
    {
        var (home, slurm) = (await server.NewNamespaceAsync("home"), await server.NewNamespaceAsync("slurm"));
        await ForgetCrdAsync();
        try
        {
            await HelmAsync("install", home, await CopyAsync());
            await Until.TrueAsync(async () => (await ApplyConfigAsync(slurm, "motto: count")).Succeeded, "the server serves the CRD");
            Assert.Equal("", await MottoAsync(slurm));

            var next = await CopyAsync();
            var crd = Path.Combine(next, "files/bankingconfigs.yaml");
            const string place = "              required: [api]\n              properties:\n";
            const string field = "                motto: {type: string, description: What the bank is known for.}\n";
            var text = await File.ReadAllTextAsync(crd);
            Assert.Contains(place, text, StringComparison.Ordinal);
            await File.WriteAllTextAsync(crd, text.Replace(place, place + field, StringComparison.Ordinal));
            await HelmAsync("upgrade", home, next);

            // Old objects stay, and the field is served: kept, and explained.
            Assert.True(await ExistsAsync("bankingconfig", "physics", slurm));
            await Until.TrueAsync(
                async () => (await ApplyConfigAsync(slurm, "motto: count")).Succeeded && await MottoAsync(slurm) == "count",
                "the server keeps the field"
            );
            await Until.TrueAsync(
                async () =>
                    (await server.KubectlAsync("explain", "bankingconfig.spec.motto")).Output.Contains(
                        "What the bank is known for",
                        StringComparison.Ordinal
                    ),
                "the server explains the field"
            );
        }
        finally
        {
            await server.HelmAsync("uninstall", Release, "-n", home);
        }
    }

    /// <summary>What "helm test" runs against an operator, run against one that is ready and one that is gone.</summary>
    [Fact]
    public async Task Its_helm_test_tells_an_operator_that_works_from_one_that_does_not()
    {
        var space = await server.NewNamespaceAsync();
        var test = (await OfAsync(server)).One("Pod", "slurm-banking-operator-test");
        Assert.Equal("test", Scalar(test, "metadata", "annotations", "helm.sh/hook"));
        await server.InstallCrdAsync(Tree.In("spec/crd/bankingconfigs.yaml"));
        await using var process = OperatorProcess.Start(
            server.AdminKubeconfig,
            "--namespace",
            space,
            "--own-namespace",
            space,
            "--webhook-configuration",
            "none",
            "--leader-elect",
            "false"
        );
        await process.UntilReadyAsync();
        var asking = new ChartPod(Find(test, "spec")!, server.In(server.UniqueName("pod")));
        asking.Change($"slurm-banking-operator.{Space}.svc:9466", process.Http.Authority);
        Assert.Contains("/readyz: 200 OK", (await asking.RunAsync("ready")).Must(), StringComparison.Ordinal);
        await process.TerminateAsync();
        var alone = await asking.RunAsync("ready");
        Assert.Equal(1, alone.ExitCode);
        Assert.Contains("refused", alone.Error, StringComparison.Ordinal);
    }

    private static IEnumerable<(string Kind, string Name, string Space)> Gone(string home, string slurm) =>
        [
            ("deployment", "slurm-banking-operator", home),
            ("statefulset", "slurm-banking-bank", home),
            ("service", "slurm-banking-bank", home),
            ("daemonset", "slurm-banking-node-physics", slurm),
            ("daemonset", "slurm-banking-login-physics", slurm),
            ("networkpolicy", "slurm-banking-node-physics", slurm),
            ("role", "slurm-banking-bank", slurm),
            ("clusterrole", "slurm-banking-operator", home),
            ("validatingwebhookconfiguration", "slurm-banking-operator", home),
        ];

    private string Values(string slurm)
    {
        var file = server.In(server.UniqueName("values"));
        File.WriteAllText(
            file,
            ChartManifestTests
                .Everything.Replace("replicas: 3", "replicas: 1", StringComparison.Ordinal)
                .Replace("namespace: slurm", $"namespace: {slurm}", StringComparison.Ordinal)
                .Replace("namespace: lab", $"namespace: {slurm}", StringComparison.Ordinal)
                .Replace("tokenNamespaces: [web]", "tokenNamespaces: []", StringComparison.Ordinal)
        );
        return file;
    }

    private async Task HelmAsync(string verb, string home, string chart, params string[] more) =>
        (await server.HelmAsync([verb, Release, chart, "-n", home, .. more])).Must();

    /// <summary>Every value that helm sent is in what the server keeps: it knows all fields, and has changed none.</summary>
    private async Task IsStoredAsAskedAsync(string home)
    {
        foreach (var asked in Read((await server.HelmAsync("get", "manifest", Release, "-n", home)).Must()))
        {
            var (kind, name) = (Scalar(asked, "kind")!, Scalar(asked, "metadata", "name")!);
            var space = Scalar(asked, "metadata", "namespace") ?? home;
            var kept = Assert.Single(Read((await server.KubectlAsync("get", kind, name, "-n", space, "-o", "yaml")).Must()));
            AssertIn(asked, kept, $"{kind} {name}");
        }
    }

    private static void AssertIn(YamlNode asked, YamlNode? kept, string path)
    {
        Assert.True(kept is not null, $"{path} is not kept");
        switch (asked)
        {
            case YamlMappingNode map:
                foreach (var (key, value) in map.Children)
                {
                    AssertIn(value, Find(kept, key.ToString()), $"{path}.{key}");
                }

                break;
            case YamlSequenceNode list:
                var others = Assert.IsType<YamlSequenceNode>(kept);
                Assert.True(list.Children.Count == others.Children.Count, $"{path} has another length");
                for (var at = 0; at < list.Children.Count; at++)
                {
                    AssertIn(list[at], others[at], $"{path}[{at}]");
                }

                break;
            default:
                Assert.True(asked.ToString().TrimEnd() == kept.ToString().TrimEnd(), $"{path} is {kept} instead of {asked}");
                break;
        }
    }

    private async Task<bool> ExistsAsync(string kind, string name, string space)
    {
        var found = await server.KubectlAsync("get", kind, name, "-n", space, "-o", "jsonpath={.metadata.name}", "--ignore-not-found");
        return found.Must() == name;
    }

    private Task<CommandResult> ApplyConfigAsync(string space, string more = "deletionPolicy: Retain") =>
        server.KubectlWithInputAsync(
            $$"""
            apiVersion: banking.slurm.dev/v1alpha1
            kind: BankingConfig
            metadata: {name: physics}
            spec:
              api: {url: "https://bank.example.org/api", tokenSecretRef: { name: bank-token } }
              {{more}}
            """,
            "apply",
            "--validate=false",
            "-n",
            space,
            "-f",
            "-"
        );

    private async Task<string> MottoAsync(string space) =>
        (await server.KubectlAsync("get", "bankingconfig", "physics", "-n", space, "-o", "jsonpath={.spec.motto}")).Must();

    /// <summary>The CRD outlasts every release of other tests, and would be somebody else's.</summary>
    private async Task ForgetCrdAsync()
    {
        (await server.KubectlAsync("delete", "crd", Crd, "--ignore-not-found")).Must();
        await Until.TrueAsync(async () => !await ExistsAsync("crd", Crd, "default"), "the CRD is gone");
    }

    /// <summary>The chart, links followed.</summary>
    private async Task<string> CopyAsync()
    {
        var copy = server.In(server.UniqueName("chart"));
        (await Command.RunAsync("cp", ["-rL", Folder, copy])).Must();
        return await ForAnyKubernetesAsync(copy);
    }

    private async Task<string> UnpackAsync(string package)
    {
        var directory = Directory.CreateDirectory(server.In(server.UniqueName("previous"))).FullName;
        (await Command.RunAsync("tar", ["-xzf", Tree.In("tests", "kubernetes", "previous", package), "-C", directory])).Must();
        return await ForAnyKubernetesAsync(Path.Combine(directory, "slurm-banking"));
    }

    private static async Task<string> ForAnyKubernetesAsync(string chart)
    {
        var file = Path.Combine(chart, "Chart.yaml");
        var text = await File.ReadAllTextAsync(file);
        Assert.Single(KubeVersion().Matches(text));
        await File.WriteAllTextAsync(file, KubeVersion().Replace(text, ""));
        return chart;
    }

    [GeneratedRegex("^kubeVersion: .*\n", RegexOptions.Multiline, 1000)]
    private static partial Regex KubeVersion();
}
