using k8s;
using SlurmBanking.Operator.Rendering;
using YamlDotNet.RepresentationModel;
using static SlurmBanking.Kubernetes.Tests.RenderedChart;

namespace SlurmBanking.Kubernetes.Tests;

/// <summary>Nodes' sidecars: what the chart renders fits what the operator renders, and works.</summary>
[Collection(ApiServerCollection.Name)]
public sealed class ChartNodeTests(ApiServerFixture server)
{
    private const string Values = """
        clusters:
          - {name: Chem_1, bankingConfig: chem, namespace: lab, slurmImage: "registry.example.org/slurmd:25.11", port: 9999, uid: 500}
          - name: physics
            namespace: slurm
            slurmVersion: 25.11.2
            nodeSelector: {slurm: compute}
            tolerations: [{key: gpu, operator: Exists}]
            loginNodes:
              nodeSelector: {slurm: login, zone: dmz}
              tolerations: [{key: login, operator: Exists}]
        """;

    [Theory]
    [InlineData("node", "physics", "physics", "slurm", 9465)]
    [InlineData("login", "physics", "physics", "slurm", 9465)]
    [InlineData("node", "chem", "Chem_1", "lab", 9999)]
    public async Task They_find_what_the_operator_makes_and_leave_what_Slurms_pods_mount(
        string part,
        string config,
        string cluster,
        string space,
        int port
    )
    {
        var set = (await OfValuesAsync(server, Values)).One("DaemonSet", $"slurm-banking-{part}-{config}");
        Assert.Equal(space, Scalar(set, "metadata", "namespace"));
        var pod = Find(set, "spec", "template", "spec")!;
        var words = Items(Named(Items(pod, "containers"), "sidecar"), "command").Select(static word => word.ToString()).ToList();
        Assert.Contains($"--controller=https://{OwnedNames.Service(config)}.{space}.svc:{port}", words);
        Assert.Equal(MountPaths.NodeRuntime(cluster), Host(pod, "run"));
        Assert.Equal(MountPaths.NodeInstall(cluster), Host(pod, "host-install"));
        Assert.Equal($"{MountPaths.State}/{cluster}", Host(pod, "state"));
        Assert.Equal($"{MountPaths.Install}/plugins/spank_slurm_banking.so", NodePods.SpankPlugin);

        var secrets = Items(pod, "volumes").Where(static volume => Find(volume, "secret") is not null).ToList();
        Assert.All(secrets, static secret => Assert.Equal("true", Scalar(secret, "secret", "optional")));
        string[] expected =
            part == "login"
                ? [OwnedNames.NodeCredentials(config), OwnedNames.LoginCredentials(config)]
                : [OwnedNames.NodeCredentials(config)];
        Assert.Equal(expected, secrets.Select(static secret => Scalar(secret, "secret", "secretName")));
    }

    [Fact]
    public async Task A_host_gets_one_sidecar_of_a_cluster()
    {
        var rendered = await OfValuesAsync(server, Values);
        var login = Find(rendered.One("DaemonSet", "slurm-banking-login-physics"), "spec", "template", "spec")!;
        var node = Find(rendered.One("DaemonSet", "slurm-banking-node-physics"), "spec", "template", "spec")!;
        Assert.Equal(("login", "dmz"), (Scalar(login, "nodeSelector", "slurm"), Scalar(login, "nodeSelector", "zone")));
        Assert.Equal("compute", Scalar(node, "nodeSelector", "slurm"));
        Assert.Equal("gpu", Scalar(Assert.Single(Items(node, "tolerations")), "key"));
        Assert.Equal("login", Scalar(Assert.Single(Items(login, "tolerations")), "key"));

        // Not all of the labels of a login node: terms are alternatives.
        var terms = Items(node, "affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution", "nodeSelectorTerms");
        var excluded = terms.Select(static term => Assert.Single(Items(term, "matchExpressions"))).ToList();
        Assert.Equal(
            [("slurm", "NotIn", "login"), ("zone", "NotIn", "dmz")],
            excluded.Select(static one => (Scalar(one, "key"), Scalar(one, "operator"), Assert.Single(Items(one, "values")).ToString()))
        );
        Assert.Null(Find(login, "affinity"));
    }

    /// <summary>Their port has the name by which the PodMonitor of all sidecars selects, and the policy lets it in.</summary>
    [Fact]
    public async Task They_are_scraped()
    {
        var rendered = await OfValuesAsync(server, Values, "--api-versions", "monitoring.coreos.com/v1");
        var monitor = rendered.One("PodMonitor", "slurm-banking-sidecars");
        Assert.Equal("true", Scalar(monitor, "spec", "namespaceSelector", "any"));
        var scraped = Scalar(Assert.Single(Items(monitor, "spec", "podMetricsEndpoints")), "port");
        foreach (var set in rendered.Objects.Where(static one => Scalar(one, "kind") == "DaemonSet"))
        {
            var container = Assert.Single(Items(set, "spec", "template", "spec", "containers"));
            Assert.Equal(scraped, Scalar(Assert.Single(Items(container, "ports")), "name"));
            Assert.Equal(scraped, Scalar(container, "livenessProbe", "httpGet", "port"));
        }

        var policy = rendered.One("NetworkPolicy", "slurm-banking-node-physics");
        var port = Assert.Single(Items(Assert.Single(Items(policy, "spec", "ingress")), "ports"));
        Assert.Equal(scraped, Scalar(port, "port"));
    }

    [Fact]
    public async Task Directories_of_the_host_get_their_owners_and_a_plugin_that_is_in_use_is_never_half_a_file()
    {
        var pod = PodOf(await OfValuesAsync(server, Values), "node", "physics");
        var plugin = Path.Combine(pod.Volume("host-install"), "plugins/spank_slurm_banking.so");
        Directory.CreateDirectory(Path.Combine(pod.Volume("install"), "plugins"));
        var selected = Path.Combine(pod.Volume("install"), "plugins/spank_slurm_banking.so");
        await File.WriteAllTextAsync(selected, "first");
        (await pod.RunAsync("place")).Must();
        Assert.Equal("401 401 755", await StatAsync(pod.Volume("run")));
        Assert.Equal("401 401 755", await StatAsync(pod.Volume("state")));
        Assert.Equal("0 0 755", await StatAsync(Path.GetDirectoryName(plugin)!));
        Assert.Equal("0 0 755", await StatAsync(Path.Combine(pod.Volume("host-install"), "bin/sbank")));
        Assert.StartsWith("0 0 ", await StatAsync(plugin), StringComparison.Ordinal);

        // What a daemon has loaded stays what it was; the next one finds the new file, whole.
        await using (var loaded = File.OpenRead(plugin))
        {
            await File.WriteAllTextAsync(selected, "second, longer");
            (await pod.RunAsync("place")).Must();
            Assert.Equal(5, loaded.Length);
            Assert.Equal("first", await new StreamReader(loaded).ReadToEndAsync());
        }

        Assert.Equal("second, longer", await File.ReadAllTextAsync(plugin));
        Assert.Single(Directory.GetFileSystemEntries(Path.GetDirectoryName(plugin)!));

        // Without a build nothing that works is taken away, and somebody hears of it.
        File.Delete(selected);
        Assert.False((await pod.RunAsync("place")).Succeeded);
        Assert.Equal("second, longer", await File.ReadAllTextAsync(plugin));
    }

    /// <summary>The operator's Secrets, the DaemonSet's command line, a real controller's sidecar: TLS, names and tokens fit.</summary>
    [Theory]
    [InlineData("node")]
    [InlineData("login")]
    public async Task A_nodes_sidecar_reports_to_the_controllers(string part)
    {
        await using var stage = await Stage.WithOperatorAsync(server);
        (await stage.ApplyAsync("physics")).Must();
        await stage.UntilConditionAsync("physics", "Rendered", "True");
        var files = server.In(server.UniqueName("controller"));
        var (config, secret) = (new MountedVolume(Path.Combine(files, "config")), new MountedVolume(Path.Combine(files, "secret")));
        config.Update((await stage.ConfigMapAsync(OwnedNames.BankConfig("physics")))!.Data);
        secret.Update((await stage.SecretAsync(OwnedNames.ControllerCredentials("physics")))!.Data);
        await using var controller = ControllerSidecar.Start(
            new ControllerFiles(
                config.In("bank-config.toml"),
                secret.In("tls.crt"),
                secret.In("tls.key"),
                secret.In("node-tokens"),
                secret.In("login-tokens")
            )
        );
        await controller.UntilReadyAsync();

        var values = $"""
            clusters:
              - name: physics
                namespace: {stage.Namespace}
                port: {controller.Port}
                slurmVersion: 22.05.8
                loginNodes:
                  nodeSelector:
                    role: login
            """;
        var pod = PodOf(await OfValuesAsync(server, values), part, "physics");
        var http = $"127.0.0.1:{Ports.Free()}";
        pod.Change("0.0.0.0:9464", http);
        pod.Host = $"{OwnedNames.Service("physics")}.{stage.Namespace}.svc";
        Directory.CreateDirectory(Path.Combine(pod.Volume("install"), "plugins"));
        await File.WriteAllTextAsync(Path.Combine(pod.Volume("install"), "plugins/spank_slurm_banking.so"), "");
        (await pod.RunAsync("place")).Must();

        // It starts before the operator has made anything, and does not wait for it.
        var node = new MountedVolume(pod.Volume("node-credentials"));
        await using var sidecar = pod.Start("sidecar");
        using var client = new HttpClient();
        async Task<bool> IsWellAsync(string path) => (await client.GetAsync(new Uri($"http://{http}{path}"))).IsSuccessStatusCode;
        await Until.TrueAsync(() => IsWellAsync("/healthz"), "it lives", otherwise: () => sidecar.Tail());
        Assert.True(await IsWellAsync("/readyz"), sidecar.Tail());
        Assert.Equal("401 401 700", await StatAsync(Path.Combine(pod.Volume("state"), "node")));

        node.Update((await stage.SecretAsync(OwnedNames.NodeCredentials("physics")))!.Data);
        await Until.TrueAsync(
            async () =>
                PrometheusText
                    .Parse(await client.GetStringAsync(new Uri($"http://{http}/metrics")))
                    .Any(static series =>
                        series.Key.StartsWith("slurm_banking_controller_available", StringComparison.Ordinal) && series.Value == 1
                    ),
            "the controller takes its reports",
            otherwise: () => sidecar.Tail() + controller.Tail()
        );
        Assert.True(Path.Exists(Path.Combine(pod.Volume("run"), "sidecar.sock")));
        if (part == "login")
        {
            var login = new MountedVolume(pod.Volume("login-credentials"));
            login.Update((await stage.SecretAsync(OwnedNames.LoginCredentials("physics")))!.Data);
            using var channel = ServiceChannel(Path.Combine(pod.Volume("run"), "api.sock"));
            var banking = new SlurmBanking.Wire.Banking.Banking.BankingClient(channel);
            var status = await banking.StatusAsync(new SlurmBanking.Wire.Banking.StatusRequest());
            Assert.Equal("controller", status.Role);
        }

        Assert.Equal(0, await sidecar.TerminateAsync());
    }

    private static Grpc.Net.Client.GrpcChannel ServiceChannel(string socket) =>
        Grpc.Net.Client.GrpcChannel.ForAddress(
            "http://localhost",
            new Grpc.Net.Client.GrpcChannelOptions
            {
                DisposeHttpClient = true,
                HttpHandler = new SocketsHttpHandler
                {
                    ConnectCallback = async (_, cancellation) =>
                    {
                        var client = new System.Net.Sockets.Socket(
                            System.Net.Sockets.AddressFamily.Unix,
                            System.Net.Sockets.SocketType.Stream,
                            System.Net.Sockets.ProtocolType.Unspecified
                        );
                        await client.ConnectAsync(new System.Net.Sockets.UnixDomainSocketEndPoint(socket), cancellation);
                        return new System.Net.Sockets.NetworkStream(client, ownsSocket: true);
                    },
                },
            }
        );

    private static string? Host(YamlNode pod, string volume) => Scalar(Named(Items(pod, "volumes"), volume), "hostPath", "path");

    private static async Task<string> StatAsync(string path) => (await Command.RunAsync("stat", ["-c", "%u %g %a", path])).Must().TrimEnd();

    private ChartPod PodOf(RenderedChart rendered, string part, string config) =>
        new(
            Find(rendered.One("DaemonSet", $"slurm-banking-{part}-{config}"), "spec", "template", "spec")!,
            server.In(server.UniqueName("pod"))
        );
}
