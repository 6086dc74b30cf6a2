using System.Text.RegularExpressions;
using k8s;
using YamlDotNet.RepresentationModel;
using static SlurmBanking.Kubernetes.Tests.RenderedChart;

namespace SlurmBanking.Kubernetes.Tests;

/// <summary>
/// docs/getting-started.md, typed as it stands, one step after the other. There is no kubelet: after the chart is installed the test
/// starts the operator under its account and the bank's containers as the manifest has them, after step 5 a controller's sidecar on what
/// the operator rendered. The chart's line about Kubernetes' version is taken out of a copy, as the server is older.
/// </summary>
[Collection(OwnApiServerCollection.Name)]
public sealed partial class GettingStartedTests(ApiServerFixture server) : IAsyncLifetime
{
    private const string Space = "slurm-banking";

    /// <summary>The bank's, on an address that no other test takes, so that its port can be the one that the document names.</summary>
    private const string BankHost = "127.0.7.7";

    private const string Exec = "kubectl -n slurm-banking exec statefulset/slurm-banking-bank -c bank -- ";

    private readonly List<RunningProcess> _processes = [];
    private string _directory = "";
    private ChartPod? _bank;

    private MountedVolume Config => new(In("config"));

    private MountedVolume Credentials => new(In("credentials"));

    private MountedVolume Token => new(In("token"));

    public async ValueTask InitializeAsync()
    {
        _directory = Directory.CreateDirectory(server.In(server.UniqueName("clone"))).FullName;
        Directory.CreateDirectory(In("charts"));
        (await Command.RunAsync("cp", ["-rL", Folder, In("charts/slurm-banking")])).Must();
        var chart = In("charts/slurm-banking/Chart.yaml");
        await File.WriteAllLinesAsync(
            chart,
            (await File.ReadAllLinesAsync(chart)).Where(static line => !line.StartsWith("kubeVersion:", StringComparison.Ordinal))
        );
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in Enumerable.Reverse(_processes))
        {
            await process.DisposeAsync();
        }
    }

    [Fact]
    public async Task Each_step_does_what_it_says()
    {
        Assert.SkipUnless(Environment.UserName == "root", "needs root: mount namespaces");
        await HaveSlurmAsync();
        var steps = Step().Matches(await File.ReadAllTextAsync(Tree.In("docs/getting-started.md")));
        Assert.Equal(9, steps.Count);
        foreach (var step in steps.Cast<Match>())
        {
            var (mark, said, script) = (step.Groups["mark"].Value, step.Groups["said"].Value, step.Groups["script"].Value);
            switch (mark)
            {
                case "until":
                    await Until.TrueAsync(
                        async () => (await server.ShellAsync(script, _directory)).Must() == said,
                        $"{script} says {said}",
                        otherwise: () => _processes[^1].Tail(20)
                    );
                    break;
                case "fails":
                    var refused = await server.ShellAsync(script, _directory);
                    Assert.False(refused.Succeeded);
                    Assert.Contains(said, refused.Error, StringComparison.Ordinal);
                    break;
                default:
                    await TypeAsync(script);
                    break;
            }

            await BesideAsync(script);
        }

        Assert.Equal("", (await server.HelmAsync("list", "-n", Space, "--short")).Must());
    }

    /// <summary>What the document takes as given: the namespace, and in it a Controller of Slinky's, as far as it is looked at.</summary>
    private async Task HaveSlurmAsync()
    {
        (await server.KubectlAsync("create", "namespace", "slurm")).Must();
        const string crd = """
            apiVersion: apiextensions.k8s.io/v1
            kind: CustomResourceDefinition
            metadata: {name: controllers.slinky.slurm.net}
            spec:
              group: slinky.slurm.net
              scope: Namespaced
              names: {kind: Controller, plural: controllers, singular: controller}
              versions:
                - name: v1beta1
                  served: true
                  storage: true
                  schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
            """;
        (await server.KubectlWithInputAsync(crd, "apply", "-f", "-")).Must();
        const string controller = """
            apiVersion: slinky.slurm.net/v1beta1
            kind: Controller
            metadata: {name: slurm, namespace: slurm}
            spec: {slurmctld: {image: "registry.example.org/slurmctld:25.11.2"}}
            """;
        await Until.TrueAsync(
            async () => (await server.KubectlWithInputAsync(controller, "apply", "--validate=false", "-f", "-")).Succeeded,
            "the server serves Controllers"
        );
    }

    private async Task TypeAsync(string script)
    {
        if (!script.StartsWith(Exec, StringComparison.Ordinal))
        {
            (await server.ShellAsync(script, _directory)).Must();
            return;
        }

        foreach (var line in script.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            Assert.StartsWith(Exec, line, StringComparison.Ordinal);
            (await _bank!.RunAsync("bank", line[Exec.Length..].Split(' '))).Must();
        }
    }

    /// <summary>What Kubernetes and Slurm do after a step.</summary>
    private async Task BesideAsync(string script)
    {
        if (script.StartsWith("helm install", StringComparison.Ordinal))
        {
            await Until.TrueAsync(async () => (await server.KubectlAsync("get", "bcfg", "-A")).Succeeded, "the server serves the CRD");
            await StartBankAsync();
            await StartOperatorAsync(StartSidecar().Address);
        }
        else if (script.Contains("kubectl apply", StringComparison.Ordinal))
        {
            await Until.TrueAsync(
                async () => (await server.KubectlAsync("get", "configmap", "physics-integration", "-n", "slurm")).Succeeded,
                "it is rendered",
                otherwise: () => _processes[^1].Tail(20)
            );
        }
        else if (script.Contains("physics-integration", StringComparison.Ordinal))
        {
            var values = await File.ReadAllTextAsync(In("physics-values.yaml"));
            Assert.Contains("slurm-banking-select", values, StringComparison.Ordinal);
            Assert.Contains("registry.example.org/slurmctld:25.11.2", values, StringComparison.Ordinal);
            Assert.Contains("registry.example.org/hpc/slurm-banking:0.1.0", values, StringComparison.Ordinal);
            Config.Update((await server.Admin.CoreV1.ReadNamespacedConfigMapAsync("physics-bank-config", "slurm")).Data);
            Credentials.Update((await server.Admin.CoreV1.ReadNamespacedSecretAsync("physics-controller", "slurm")).Data);
            Token.Update((await server.Admin.CoreV1.ReadNamespacedSecretAsync("slurm-banking-bank-token", "slurm")).Data);
        }
        else if (script.Contains("enforce", StringComparison.Ordinal))
        {
            await Until.TrueAsync(
                async () =>
                    (await server.Admin.CoreV1.ReadNamespacedConfigMapAsync("physics-bank-config", "slurm"))
                        .Data["bank-config.toml"]
                        .Contains("mode = \"enforce\"", StringComparison.Ordinal),
                "the change is rendered"
            );
        }
    }

    private async Task StartBankAsync()
    {
        var set = Assert.Single(await ManifestAsync(), static one => Scalar(one, "kind") == "StatefulSet");
        _bank = new ChartPod(Find(set, "spec", "template", "spec")!, In("bank"));
        new MountedVolume(_bank.Volume("account")).Update(
            new Dictionary<string, string>
            {
                ["token"] = await server.TokenAsync(Space, "slurm-banking-bank"),
                ["ca.crt"] = server.Authority.CertificatePem,
                ["namespace"] = Space,
            }
        );
        _bank.Variables["KUBERNETES_SERVICE_HOST"] = server.Url.Host;
        _bank.Variables["KUBERNETES_SERVICE_PORT"] = $"{server.Url.Port}";
        _bank.Change("0.0.0.0:8181", $"{BankHost}:8181");
        _bank.Change("0.0.0.0:9467", $"{BankHost}:9467");
        (await _bank.RunAsync("mint")).Must();
        (await _bank.RunAsync("admit")).Must();
        _processes.Add(_bank.Start("bank"));
    }

    private async Task<IReadOnlyList<YamlNode>> ManifestAsync() =>
        Read((await server.HelmAsync("get", "manifest", "slurm-banking", "-n", Space)).Must());

    /// <summary>In a pod that has not got its volumes yet, and finds the bank's Service.</summary>
    private ControllerSidecar StartSidecar()
    {
        foreach (var name in new[] { "token", "etc", "work" })
        {
            Directory.CreateDirectory(In(name));
        }

        var mounts = $"""
            mount -t overlay none -o lowerdir=/etc,upperdir={In("etc")},workdir={In("work")} /etc
            mkdir -p /etc/slurm-banking/token
            mount --bind {In("token")} /etc/slurm-banking/token
            echo {BankHost} slurm-banking-bank.{Space}.svc >>/etc/hosts
            """;
        var (config, credentials) = (Config, Credentials);
        var files = new ControllerFiles(
            config.In("bank-config.toml"),
            credentials.In("tls.crt"),
            credentials.In("tls.key"),
            credentials.In("node-tokens"),
            credentials.In("login-tokens")
        );
        var sidecar = ControllerSidecar.StartWith(mounts, files);
        _processes.Add(sidecar);
        return sidecar;
    }

    private async Task StartOperatorAsync(string sidecar)
    {
        var kubeconfig = await server.KubeconfigAsync(Space, "slurm-banking-operator");
        var deployment = Assert.Single(await ManifestAsync(), static one => Scalar(one, "kind") == "Deployment");
        var container = Assert.Single(Items(deployment, "spec", "template", "spec", "containers"));
        var image = Items(container, "command").Single(static one => one.ToString().StartsWith("--image=", StringComparison.Ordinal));
        string[] outside = [image.ToString(), "--webhook-configuration", "none", "--leader-elect", "false", "--sidecar-address", sidecar];
        var process = OperatorProcess.Start(kubeconfig, ["--own-namespace", Space, .. outside]);
        _processes.Add(process);
        await process.UntilReadyAsync();
    }

    private string In(string name) => Path.Combine(_directory, name);

    [GeneratedRegex(
        @"^(<!-- (?<mark>fails|until): (?<said>[^\n]+) -->\n)?```sh\n(?<script>.*?)\n```$",
        RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 5000
    )]
    private static partial Regex Step();
}
