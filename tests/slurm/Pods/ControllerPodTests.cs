using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace SlurmBanking.Slurm.Tests.Pods;

/// <summary>
/// slurmctld's pod with the sidecar, as examples/plain has it: a job is billed, and whatever is missing or bad, slurmctld comes up
/// and runs jobs. What is then told late is billed late.
/// </summary>
[Collection(PlainClusterCollection.Name)]
public sealed partial class ControllerPodTests(PlainCluster cluster) : IAsyncLifetime
{
    private const string Controller = "slurmctld";
    private const string Sidecar = "slurm-banking";

    /// <summary>2 CPUs for an hour at 0.75 SU a second.</summary>
    private const string Estimate = "5400.00";

    private Pod? _pod;

    private Pod Pod => _pod ?? throw new InvalidOperationException("not started");

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (_pod is not null)
        {
            await cluster.EndAsync(_pod);
        }
    }

    [Fact]
    public async Task A_job_is_held_for_charged_and_settled()
    {
        _pod = await cluster.ControllerAsync();
        await cluster.SidecarReadyAsync();
        var account = await cluster.OpenAccountAsync();

        var job = await cluster.SubmitAsync(account, "while [ ! -e /tmp/enough ]; do sleep 0.2; done");
        string[] booked = [];
        await cluster.EventuallyAsync(async () => (booked = await cluster.BookedAsync(account, job)).Length > 0, "the job is charged");
        Assert.Equal([$"charge -{Estimate}"], booked);

        await cluster.Slurmd["slurmd"].ExecAsync("games", "touch", "/tmp/enough");
        var shown = await cluster.CompletedAsync(job);

        Assert.Equal(Estimate, PlainCluster.HeldFor(shown));
        await cluster.SettledAsync(account, job, shown);

        // The SPANK plugin was loaded from where plugstack.conf says, the node's sidecar heard of it, the controller's took it over TLS.
        await cluster.EventuallyAsync(
            async () => ForwardedStart().IsMatch((await cluster.Host.RunAsync("curl", "-fsS", "http://127.0.0.1:9474/metrics")).Output),
            "the node's sidecar forwards the start"
        );
        Assert.Contains("took the build for " + cluster.Version, Pod["slurm-banking-select"].Log, StringComparison.Ordinal);
        Assert.DoesNotContain(PlainCluster.Canary, Pod.Log + cluster.NodeSidecar.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_its_ConfigMap_slurmctld_runs_jobs_and_bills_them_when_it_comes()
    {
        _pod = await cluster.ControllerAsync(cluster.Objects.Without("physics-bank-config"));

        await RunsAndIsBilledLaterAsync();
    }

    [Fact]
    public async Task Without_the_bank_s_token_slurmctld_runs_jobs_and_bills_them_when_it_comes()
    {
        _pod = await cluster.ControllerAsync(cluster.Objects.Without("bank-token"));

        await RunsAndIsBilledLaterAsync();
    }

    [Fact]
    public async Task With_a_bad_file_slurmctld_runs_jobs_and_bills_them_when_it_is_mended()
    {
        _pod = await cluster.ControllerAsync(
            cluster.Objects.With("physics-bank-config", "bank-config.toml", "[PartitionPrice]\nnormal = -1\n")
        );

        await RunsAndIsBilledLaterAsync();
        Assert.Contains("bank-config.toml", Pod[Sidecar].Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_credentials_for_its_nodes_the_sweep_finds_what_they_can_t_report()
    {
        _pod = await cluster.ControllerAsync(cluster.Objects.Without("physics-controller"));
        await cluster.SidecarReadyAsync();
        var account = await cluster.OpenAccountAsync();

        var job = await cluster.SubmitAsync(account, "sleep 1");
        var shown = await cluster.CompletedAsync(job);

        Assert.Equal(Estimate, PlainCluster.HeldFor(shown));
        await cluster.SettledAsync(account, job, shown);
    }

    /// <summary>Slurm refuses a plugin of another micro version: select has it say that it is for this one.</summary>
    [Fact]
    public async Task With_plugins_for_a_neighbouring_release_alone_jobs_are_billed()
    {
        var neighbour = cluster.Version[..(cluster.Version.LastIndexOf('.') + 1)] + "3";
        _pod = await cluster.ControllerAsync(builds: BuildsFor(neighbour));
        await cluster.SidecarReadyAsync();
        var account = await cluster.OpenAccountAsync();

        var job = await cluster.SubmitAsync(account, "sleep 1");
        var shown = await cluster.CompletedAsync(job);

        Assert.Contains($"no build for {cluster.Version}: took the one for {neighbour}", Pod["slurm-banking-select"].Log);
        Assert.Equal(Estimate, PlainCluster.HeldFor(shown));
        await cluster.SettledAsync(account, job, shown);
    }

    [Fact]
    public async Task With_plugins_for_other_releases_alone_slurmctld_runs_jobs_and_the_sweep_finds_them()
    {
        _pod = await cluster.ControllerAsync(builds: BuildsFor("25.11.1"));
        var account = await cluster.OpenAccountAsync();

        var job = await cluster.SubmitAsync(account, "sleep 1");
        var shown = await cluster.CompletedAsync(job);

        Assert.Null(PlainCluster.HeldFor(shown));
        await cluster.SettledAsync(account, job, shown);
        Assert.Contains("plugins that do nothing", Pod["slurm-banking-select"].Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_its_sidecar_slurmctld_runs_jobs()
    {
        _pod = await cluster.ControllerAsync(change: static spec => Named(spec, Sidecar)["command"] = new JsonArray("/bin/false"));

        var shown = await cluster.CompletedAsync(await cluster.SubmitAsync(await cluster.OpenAccountAsync(), "true"));

        Assert.Null(PlainCluster.HeldFor(shown));
        Assert.True(Pod[Sidecar].HasExited);

        // The end is kept for the sidecar, in a directory that the plugin found closed to others.
        var spool = $"{Pod.PathOf("slurm-banking-spool")}/controller";
        await cluster.EventuallyAsync(() => Task.FromResult(Directory.GetFiles(spool).Length == 1), "the end of the job is kept");
    }

    /// <summary>Why select always leaves plugins behind, and exits with 0: Slurm has no "optional" for these.</summary>
    [Fact]
    public async Task Without_any_plugins_slurmctld_would_not_start()
    {
        _pod = await cluster.ControllerAsync(
            change: static spec => Named(spec, "slurm-banking-select")["command"] = new JsonArray("/bin/true"),
            comesUp: false
        );

        Assert.NotEqual(
            0,
            await Pod[Controller].ExitCodeAsync().WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken)
        );
        Assert.Contains("slurm_banking", Pod[Controller].Log, StringComparison.Ordinal);
    }

    private async Task RunsAndIsBilledLaterAsync()
    {
        var account = await cluster.OpenAccountAsync();
        var job = await cluster.SubmitAsync(account, "sleep 1");
        var shown = await cluster.CompletedAsync(job);
        Assert.Empty(await cluster.BookedAsync(account, job));

        Pod.Refresh(cluster.Objects);
        await cluster.SettledAsync(account, job, shown);
    }

    /// <summary>Builds as in an image that has those for one release alone.</summary>
    private string BuildsFor(string release)
    {
        var own = Path.Combine(BankedCluster.Root, "artifacts/stage/pods/builds");
        var builds = $"{cluster.Host.Directory}/builds-{release}";
        Ownership.Run("cp", "-r", own, builds);
        string[] relabel = ["--slurm", release, "--from", own, "--to", $"{builds}/{release}"];
        if (release.StartsWith(cluster.Version[..5], StringComparison.Ordinal))
        {
            Ownership.Run(Path.Combine(BankedCluster.Root, "artifacts/stage/pods/bin/select"), relabel);
        }
        else
        {
            Ownership.Run("cp", "-r", $"{builds}/{cluster.Version}", $"{builds}/{release}");
        }

        Directory.Delete($"{builds}/{cluster.Version}", recursive: true);
        return builds;
    }

    private static JsonNode Named(JsonNode spec, string container) =>
        spec["initContainers"]!.AsArray().Single(other => (string?)other!["name"] == container)!;

    [GeneratedRegex(@"^slurm_banking_starts_forwarded_total(\{.*\})? [1-9]", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex ForwardedStart();
}
