using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using SlurmBanking.Operator.Tests.Rendering;
using SlurmBanking.Terms;
using YamlDotNet.RepresentationModel;

namespace SlurmBanking.Slurm.Tests.Pods;

/// <summary>
/// examples/plain, as kustomize puts it together, in pods without Kubernetes: the real slurmctld, slurmd, sidecars and bank, in
/// file systems such as the manifests describe. The machine's own Slurm is that of the pods' image, but for its directory of
/// plugins, which in the images of the field is "slurm". A CPU on partition normal costs 0.75 SU a second.
/// </summary>
public sealed class PlainCluster : IAsyncLifetime
{
    /// <summary>In every Secret that no job may read.</summary>
    public const string Canary = "canary-0123456789abcdef";

    private const string PluginDirectory = "/usr/lib/x86_64-linux-gnu/slurm";
    private const string Controller = "slurmctld-0";
    private const string BankUrl = "http://127.0.0.1:9000";

    private readonly List<IAsyncDisposable> _started = [];
    private readonly Dictionary<string, JsonNode> _specs = new(StringComparer.Ordinal);
    private PodHost? _host;
    private string _helm = "";
    private int _accounts;

    /// <summary>What the namespace holds when nothing is missing.</summary>
    internal StoredObjects Objects { get; } = [];

    /// <summary>The source tree.</summary>
    public string Root { get; } = FindRoot();

    internal PodHost Host => _host ?? throw new InvalidOperationException("not started");

    internal Pod Slurmd { get; private set; } = null!;

    internal Pod Login { get; private set; } = null!;

    internal Pod NodeSidecar { get; private set; } = null!;

    /// <summary>Release of the machine's Slurm.</summary>
    internal string Version { get; private set; } = "";

    private string Stage => Path.Combine(Root, "artifacts/stage/pods");

    public async ValueTask InitializeAsync()
    {
        Assert.SkipUnless(Environment.UserName == "root", "needs root: pods' mounts, and slurmd starts jobs as their users");
        string[] packages = ["slurmctld", "slurmd", "slurm-client", "munge", "libslurm-dev", "iproute2", "curl", "python3-minimal"];
        Ownership.Run(Path.Combine(Root, "eng/install-packages.sh"), packages);
        _host = await PodHost.StartAsync(Root);
        await MustAsync("env", "PUBLISHED=1", "SLURM_RELEASES=installed", Path.Combine(Root, "eng/stage.sh"), Stage);
        Version = Path.GetFileName(Directory.EnumerateDirectories(Path.Combine(Stage, "builds"), "2*").Single());
        var tools = (await MustAsync(Path.Combine(Root, "eng/kubernetes.sh"))).Trim();
        var kubectl = Path.Combine(tools, "kubectl");
        foreach (var document in Yaml.Documents(await MustAsync(kubectl, "kustomize", Path.Combine(Root, "examples/plain"))))
        {
            var manifest = Yaml.ToJson(document)!;
            var name = (string)manifest["metadata"]!["name"]!;
            if ((string?)manifest["kind"] == "ConfigMap")
            {
                Objects[name] = manifest["data"]!.AsObject().ToDictionary(static pair => pair.Key, static pair => (string)pair.Value!);
            }
            else if (manifest["spec"]?["template"]?["spec"] is { } spec)
            {
                _specs[name] = spec;
            }
        }

        MakeImage();
        await StartBankAsync();
        await MakeObjectsAsync();
        _helm = Path.Combine(tools, "helm");
        await StartNodeAsync();
        Slurmd = await StartAsync("slurmd", "node-1", Objects);
        Login = await StartAsync("login", "login-1", Objects);
    }

    public async ValueTask DisposeAsync()
    {
        if (_host is null)
        {
            return;
        }

        foreach (var started in Enumerable.Reverse(_started))
        {
            await started.DisposeAsync();
        }

        var logs = Directory.CreateDirectory(Path.Combine(Root, "artifacts/logs/pods")).FullName;
        await File.WriteAllTextAsync(Path.Combine(logs, "pods.log"), $"{Slurmd?.Log}\n{Login?.Log}\n{NodeSidecar?.Log}");
        await _host.DisposeAsync();
    }

    /// <summary>slurmctld's pod, new but for slurmctld's own state, and an answer from slurmctld.</summary>
    /// <param name="objects">ConfigMaps and Secrets; null for all of them.</param>
    /// <param name="change">Changes the manifest.</param>
    /// <param name="builds">Where the builds of the plugins in our image are; null for those of the stage.</param>
    /// <param name="comesUp">Whether slurmctld's answer is waited for.</param>
    /// <param name="spec">Another manifest than that of examples/plain.</param>
    internal async Task<Pod> ControllerAsync(
        StoredObjects? objects = null,
        Action<JsonNode>? change = null,
        string? builds = null,
        bool comesUp = true,
        JsonNode? spec = null
    )
    {
        await MustAsync(
            "rm",
            "-rf",
            $"{Host.Directory}/claims/physics-sidecar-state",
            $"{Host.Directory}/claims/slurmctld-state/slurm-banking",
            $"{Host.Directory}/claims/controller-spool/slurm-banking"
        );
        spec ??= _specs["slurmctld"].DeepClone();
        change?.Invoke(spec);
        var pod = new Pod(Host, Controller, spec, image => ImageOf(image, builds));
        try
        {
            await pod.StartAsync(objects ?? Objects);
            if (comesUp)
            {
                await EventuallyAsync(async () => (await SlurmAsync("scontrol", "ping")).Output.Contains("is UP"), "slurmctld is up");
            }

            return pod;
        }
        catch
        {
            await EndAsync(pod);
            throw;
        }
    }

    /// <summary>A pod of examples/plain without the patches.</summary>
    internal JsonNode SpecWithoutOurs(string of) =>
        Yaml.Documents(File.ReadAllText(Path.Combine(Root, "examples/plain/slurm.yaml")))
            .Select(static document => Yaml.ToJson(document)!)
            .Single(manifest => (string?)manifest["metadata"]!["name"] == of && manifest["spec"]?["template"] is not null)["spec"]![
            "template"
        ]!["spec"]!.DeepClone();

    /// <summary>soperator's slurm.conf: slurmctld is root there. Its jobs have numbers of their own, as its state is its own.</summary>
    internal string SoperatorsConf =>
        Objects["slurm-conf"]
            ["slurm.conf"]
            .Replace("SlurmUser=slurm\n", "SlurmUser=root\nFirstJobId=5000\n", StringComparison.Ordinal)
            .Replace($"PluginDir={PluginDirectory}", "PluginDir=/usr/lib/slurm", StringComparison.Ordinal);

    /// <summary>soperator's shared root of all nodes, as far as slurmctld's pod looks into it.</summary>
    /// <returns>Its path on the machine.</returns>
    internal string MakeJail()
    {
        var etc = $"{Host.Directory}/host/jail/etc";
        Directory.CreateDirectory($"{etc}/slurm");
        foreach (var file in (string[])["passwd", "group"])
        {
            File.Copy($"{Host.Directory}/images/slurm/etc/{file}", $"{etc}/{file}", overwrite: true);
        }

        File.WriteAllText($"{etc}/slurm/slurm.conf", SoperatorsConf);
        return "/jail";
    }

    /// <summary>Waits until a job is settled, for what it took: 2 CPUs at 0.75 SU a second, for the seconds that it ran.</summary>
    internal async Task SettledAsync(string account, string job, string shown)
    {
        string[] booked = [];
        await EventuallyAsync(
            async () => (booked = await BookedAsync(account, job)).Any(static line => line.StartsWith("settle", StringComparison.Ordinal)),
            $"job {job} is settled",
            withinSeconds: 90
        );
        var seconds = (int)(TimeOf(shown, "EndTime") - TimeOf(shown, "StartTime")).TotalSeconds;
        Assert.Equal(1.5m * seconds, -booked.Sum(static line => decimal.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture)));
    }

    private static DateTime TimeOf(string shown, string field) =>
        DateTime.Parse(shown.Split($" {field}=", 2)[1].Split(' ')[0], CultureInfo.InvariantCulture);

    /// <summary>Ends a pod, and keeps what it said.</summary>
    internal async Task EndAsync(Pod pod)
    {
        await pod.DisposeAsync();
        var logs = Directory.CreateDirectory(Path.Combine(Root, "artifacts/logs/pods")).FullName;
        await File.AppendAllTextAsync(Path.Combine(logs, "slurmctld.log"), pod.Log);
    }

    /// <summary>slurmd's pod anew; the login pod sees its files changed.</summary>
    /// <param name="objects">ConfigMaps and Secrets.</param>
    /// <param name="meanwhile">Done while there is none.</param>
    internal async Task RestartNodeAsync(StoredObjects objects, Action? meanwhile = null)
    {
        await Slurmd.DisposeAsync();
        _started.Remove(Slurmd);
        meanwhile?.Invoke();
        Slurmd = await StartAsync("slurmd", "node-1", objects);
        Login.Refresh(objects);
    }

    internal async Task<Pod> StartAsync(string of, string name, StoredObjects objects)
    {
        var pod = new Pod(Host, name, _specs[of], image => ImageOf(image, null));
        _started.Add(pod);
        await pod.StartAsync(objects);
        return pod;
    }

    /// <summary>The sidecar beside slurmctld knows the cluster and the queue.</summary>
    internal Task SidecarReadyAsync() =>
        EventuallyAsync(
            async () => (await Host.RunAsync("curl", "-fsS", "http://127.0.0.1:9464/readyz")).Output == "Healthy",
            "the controller's sidecar is ready"
        );

    /// <summary>A Slurm command on the login node, as an ordinary user.</summary>
    internal Task<CommandResult> SlurmAsync(params string[] command) => Login["login"].ExecAsync("games", command);

    /// <summary>A new account with the user games as a member.</summary>
    internal async Task<string> OpenAccountAsync()
    {
        var account = $"fc_{++_accounts}";
        await BankAsync("account", "create", account);
        await BankAsync("account", "member", account, "5");
        await BankAsync("deposit", account, "100000");
        return account;
    }

    internal async Task<string> SubmitAsync(string account, string script, string output = "/dev/null")
    {
        string[] options = ["--parsable", "-n2", "-t60", $"--account={account}", $"--output={output}"];
        var result = await SlurmAsync(["sbatch", .. options, "--wrap", script]);
        Assert.True(result.ExitCode == 0, result.Error);
        return result.Output.Trim();
    }

    /// <summary>What `scontrol show job` says of a job that has ended well.</summary>
    internal async Task<string> CompletedAsync(string job)
    {
        var shown = "";
        await EventuallyAsync(
            async () => (shown = (await SlurmAsync("scontrol", "--oneliner", "show", "job", job)).Output).Contains("JobState=COMPLETED "),
            $"job {job} has run"
        );
        return shown;
    }

    /// <summary>What is booked for a job: "code amount".</summary>
    internal async Task<string[]> BookedAsync(string account, string job) =>
        [
            .. (await BankAsync("statement", account, "--format", "csv"))
                .Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Skip(1)
                .Select(static line => line.Split(','))
                .Where(fields => fields[2] == job)
                .Select(static fields => $"{fields[1]} {fields[4]}"),
        ];

    internal async Task EventuallyAsync(Func<Task<bool>> condition, string what, int withinSeconds = 60)
    {
        var end = TimeProvider.System.GetTimestamp() + (withinSeconds * TimeProvider.System.TimestampFrequency);
        while (!await condition())
        {
            Assert.True(TimeProvider.System.GetTimestamp() < end, $"not within {withinSeconds} s: {what}; logs are in artifacts/logs/pods");
            await Task.Delay(200);
        }
    }

    internal async Task<string> BankAsync(params string[] arguments) =>
        await MustAsync(["env", $"BANK_DATABASE={Host.Directory}/bank.db", "dotnet", BankProgram, .. arguments]);

    private string BankProgram => Path.Combine(Root, "artifacts/bin/SlurmBanking.Bank/release/SlurmBanking.Bank.dll");

    private string[] ImageOf(string image, string? builds)
    {
        if (!image.Contains("slurm-banking", StringComparison.Ordinal))
        {
            var kind = image.Contains("controller_slurmctld", StringComparison.Ordinal) ? "soperator" : "slurm";
            return ["--layer", $"{Host.Directory}/images/{kind}"];
        }

        string[] ours = ["--bind", $"{Stage}:/slurm-banking:ro", "--layer", $"{Host.Directory}/images/names"];
        return builds is null ? ours : [.. ours, "--bind", $"{builds}:/slurm-banking/builds:ro"];
    }

    /// <summary>What the machine lacks to be the pods' image: SlurmUser's uid, names of pods, the directory of the plugins.</summary>
    private void MakeImage()
    {
        var (names, slurm) = ($"{Host.Directory}/images/names", $"{Host.Directory}/images/slurm");
        foreach (var image in (string[])[names, slurm])
        {
            Directory.CreateDirectory($"{image}/etc");
            File.WriteAllText(
                $"{image}/etc/hosts",
                $"127.0.0.1 localhost\n{PodHost.Address} slurmctld {Controller} node-1 login-1 physics-sidecar.slurm.svc\n"
            );
            foreach (var file in (string[])["passwd", "group"])
            {
                var lines = File.ReadAllLines($"/etc/{file}").Where(static line => !line.StartsWith("slurm:", StringComparison.Ordinal));
                var own = file == "passwd" ? "slurm:x:401:401::/:/bin/sh" : "slurm:x:401:";
                File.WriteAllLines($"{image}/etc/{file}", lines.Append(own));
            }
        }

        Directory.CreateDirectory($"{slurm}{PluginDirectory}");
        foreach (var plugin in Directory.EnumerateFiles($"{PluginDirectory}-wlm", "*.so"))
        {
            File.Copy(plugin, $"{slurm}{PluginDirectory}/{Path.GetFileName(plugin)}");
        }

        // soperator's images have them elsewhere.
        var soperator = $"{Host.Directory}/images/soperator";
        Ownership.Run("cp", "-r", names, soperator);
        Directory.CreateDirectory($"{soperator}/usr/lib");
        Ownership.Run("cp", "-r", $"{slurm}{PluginDirectory}", $"{soperator}/usr/lib/slurm");
        File.CreateSymbolicLink($"{slurm}/usr/lib/slurm", "x86_64-linux-gnu/slurm");
        Objects["slurm-conf"]["slurm.conf"] +=
            $"PluginDir={PluginDirectory}\nSchedulerParameters=sched_interval=1,batch_sched_delay=0\nSlurmctldDebug=verbose\n";
    }

    private async Task StartBankAsync()
    {
        var token = await BankAsync("token", "create", "sidecar", "--staff");
        Objects["bank-token"] = new(StringComparer.Ordinal) { ["token"] = token.Trim() };
        string[] serve = ["serve", "--url", BankUrl];
        var bank = Host.Launch(["env", $"BANK_DATABASE={Host.Directory}/bank.db", "dotnet", BankProgram, .. serve]);
        _ = bank.StandardOutput.ReadToEndAsync();
        _ = bank.StandardError.ReadToEndAsync();
        await EventuallyAsync(async () => (await Host.RunAsync("curl", "-fsS", $"{BankUrl}/healthz")).ExitCode == 0, "the bank serves");
    }

    private async Task MakeObjectsAsync()
    {
        var made = Path.Combine(Root, "examples/plain/made-by-the-operator");
        var toml = await File.ReadAllTextAsync(Path.Combine(made, "bank-config.toml"));
        foreach (
            var (example, here) in new[]
            {
                ("https://bank.example.org/mybrc-rest", BankUrl),
                ("normal = 0.75", "normal = 2700"),
                ("mode = \"observe\"", "mode = \"enforce\""),
                ("cluster = \"physics\"", "cluster = \"physics\"\ndecision_deadline = \"2s\""),
            }
        )
        {
            Assert.Contains(example, toml, StringComparison.Ordinal);
            toml = toml.Replace(example, here, StringComparison.Ordinal);
        }

        Objects["physics-bank-config"] = new(StringComparer.Ordinal) { ["bank-config.toml"] = toml };
        var plugstack = await File.ReadAllTextAsync(Path.Combine(made, "plugstack.conf"));
        Objects["physics-slurm"] = new(StringComparer.Ordinal) { ["banking-plugstack.conf"] = plugstack };
        var (certificate, key) = SelfSigned.For("physics-sidecar.slurm.svc");
        Objects["physics-controller"] = new(StringComparer.Ordinal)
        {
            ["tls.crt"] = certificate,
            ["tls.key"] = key,
            ["node-tokens"] = Canary + "-node\n",
            ["login-tokens"] = Canary + "-login\n",
        };
        Objects["physics-node"] = new(StringComparer.Ordinal) { ["ca.crt"] = certificate, ["node-token"] = Canary + "-node\n" };
        Objects["physics-login"] = new(StringComparer.Ordinal) { ["login-token"] = Canary + "-login\n" };
        Objects["munge-key"] = new(StringComparer.Ordinal)
        {
            ["munge.key"] = Canary + Convert.ToHexString(RandomNumberGenerator.GetBytes(64)),
        };
    }

    /// <summary>A login node of its own: the sidecar that the chart brings there, which may ask for users, and a login pod.</summary>
    internal async Task<RunningContainer> StartLoginNodeAsync()
    {
        // All pods here are on one host, whose directories are another node's.
        const string Here = "slurm-banking/physics",
            There = "slurm-banking/login-of-physics";
        var login = await DaemonSetAsync("login", 9475, "--set-json", """clusters[0].loginNodes={"nodeSelector":{"role":"login"}}""");
        var spec = JsonNode.Parse(login.ToJsonString().Replace(Here, There, StringComparison.Ordinal))!;
        var sidecar = new Pod(Host, "login-sidecar-1", spec, image => ImageOf(image, null));
        _started.Add(sidecar);
        await sidecar.StartAsync(Objects);
        spec = JsonNode.Parse(_specs["login"].ToJsonString().Replace(Here, There, StringComparison.Ordinal))!;
        var pod = new Pod(Host, "login-2", spec, image => ImageOf(image, null));
        _started.Add(pod);
        await pod.StartAsync(Objects);
        return pod["login"];
    }

    /// <summary>What our chart's DaemonSet brings to each node: the SPANK plugin for its Slurm, and a sidecar.</summary>
    private async Task StartNodeAsync()
    {
        NodeSidecar = new Pod(Host, "sidecar-1", await DaemonSetAsync("node", 9474), image => ImageOf(image, null));
        _started.Add(NodeSidecar);
        await NodeSidecar.StartAsync(Objects);
        string[] health = ["curl", "-fsS", "http://127.0.0.1:9474/healthz"];
        await EventuallyAsync(async () => (await Host.RunAsync(health)).ExitCode == 0, "the node's sidecar is up");
    }

    private async Task<JsonNode> DaemonSetAsync(string part, int port, params string[] more)
    {
        string[] template = [_helm, "template", "slurm-banking", Path.Combine(Root, "charts/slurm-banking")];
        string[] values = ["--values", Path.Combine(Root, "examples/plain/chart-values.yaml"), .. more];
        var rendered = await MustAsync([.. template, .. values, "--show-only", "templates/nodes-daemonset.yaml"]);
        var spec = Yaml.Documents(rendered)
            .OfType<YamlMappingNode>()
            .Select(static document => Yaml.ToJson(document)!)
            .Single(manifest => (string?)manifest["metadata"]!["name"] == $"slurm-banking-{part}-physics")["spec"]!["template"]!["spec"]!;

        // All pods here have one address.
        var command = spec["containers"]![0]!["command"]!.AsArray();
        command[command.Select(static word => (string?)word).ToList().IndexOf("--http=0.0.0.0:9464")] = $"--http=127.0.0.1:{port}";
        return spec;
    }

    /// <summary>What is held for a job, as the mark in its admin_comment says; null when it never met the sidecar.</summary>
    internal static string? HeldFor(string shown)
    {
        var comment = shown.Split(" AdminComment=", 2) is [_, var rest] ? rest.Split(' ', '\n')[0] : "";
        return HoldMark.TryFind(comment, out var mark) ? mark.Amount?.ToString() : null;
    }

    private async Task<string> MustAsync(params string[] command)
    {
        var result = await Host.RunAsync(command);
        Assert.True(result.ExitCode == 0, $"{string.Join(' ', command)}: {result.Output}{result.Error}");
        return result.Output;
    }

    private static string FindRoot()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "SlurmBanking.slnx")))
        {
            directory = directory.Parent ?? throw new InvalidOperationException("not inside the source tree");
        }

        return directory.FullName;
    }
}
