using SlurmBanking.Terms;

namespace SlurmBanking.Slurm.Tests;

/// <summary>A site's own job_submit/lua before and after ours, and its own SPANK plugin beside ours.</summary>
public sealed class NeighboursTests : IAsyncLifetime
{
    private const string Before = "JobSubmitPlugins=lua,slurm_banking";
    private const string After = "JobSubmitPlugins=slurm_banking,lua";

    // A site that knows better: jobs of this name run twice as long as was asked for.
    private const string Doubling = """
        function slurm_job_submit(job, partitions, uid)
            if job.name == "doubled" then job.time_limit = 2 * job.time_limit end
            return slurm.SUCCESS
        end
        function slurm_job_modify(job, record, partitions, uid) return slurm.SUCCESS end
        return slurm.SUCCESS
        """;

    private readonly BankedCluster _cluster = new() { Settings = [("EXTRA_CONF", Before), ("CONFIG_EXTRA", BankedCluster.SidecarSection)] };

    private string Conf => Path.Combine(_cluster.Directory, "slurm.conf");

    public async ValueTask InitializeAsync()
    {
        await File.WriteAllTextAsync(Path.Combine(_cluster.Directory, "job_submit.lua"), Doubling);
        await _cluster.InitializeAsync();
    }

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Fact]
    public async Task Lua_before_ours_is_held_exactly_and_lua_after_ours_is_corrected_and_warned_of()
    {
        var account = await _cluster.OpenAccountAsync(1000);
        var (job, held) = await HoldAsync(account);

        // 1 CPU × 2 min, of the minute that was asked for.
        Assert.Equal(new ServiceUnits(120_00), held);
        Assert.Equal("00:02:00", await _cluster.FieldAsync(job, "TimeLimit"));
        await _cluster.EventuallyAsync(async () => await _cluster.GaugeAsync("slurm_banking_holds_amount") == 120, "it is held");
        Assert.Empty(Warnings());

        await _cluster.EndSlurmctldAsync();
        await File.WriteAllTextAsync(Conf, (await File.ReadAllTextAsync(Conf)).Replace(Before, After, StringComparison.Ordinal));
        await _cluster.MustAsync("start", "slurmctld");
        (job, held) = await HoldAsync(account);
        Assert.Equal(new ServiceUnits(60_00), held);
        Assert.Equal("00:02:00", await _cluster.FieldAsync(job, "TimeLimit"));
        await _cluster.EventuallyAsync(
            async () => await _cluster.GaugeAsync("slurm_banking_holds_amount") == 240,
            "the next listing corrects it, and the first job's is as it was"
        );

        // Slurm's configuration is read once a minute.
        await _cluster.EventuallyAsync(() => Task.FromResult(Warnings().Length > 0), "the sidecar warns", 75);
        Assert.Contains("JobSubmitPlugins has lua after slurm_banking", Assert.Single(Warnings()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_SPANK_plugin_of_the_sites_own_and_ours_both_work()
    {
        var plugin = Path.Combine(_cluster.Directory, "plugins/spank_neighbour.so");
        var source = Path.Combine(BankedCluster.Root, "tests/slurm/spank_neighbour.c");
        var built = await _cluster.RunAsync("cc", ["-std=gnu11", "-Wall", "-Wextra", "-Werror", "-fPIC", "-shared", "-o", plugin, source]);
        Assert.True(built.ExitCode == 0, built.Error);
        var plugstack = Path.Combine(_cluster.Directory, "plugstack.conf");
        var ours = await File.ReadAllTextAsync(plugstack);
        var account = await _cluster.OpenAccountAsync(1000);
        var starts = 0m;
        foreach (var lines in new[] { $"required {plugin}\n{ours}", $"{ours}\nrequired {plugin}\n" })
        {
            await File.WriteAllTextAsync(plugstack, lines);

            // Its option, and what it puts into the environment of the task.
            string[] command = ["srun", "-A", account, "-p", "debug", "-n1", "--time=1", "--neighbour=hello"];
            var job = await _cluster.SlurmAsync("games", [.. command, "sh", "-c", "sleep 2; echo $SLURM_JOB_ID $NEIGHBOUR"]);
            Assert.True(job.ExitCode == 0, job.Error);
            Assert.Matches("^[0-9]+ hello$", job.Output.Trim());
            var id = job.Output.Split(' ')[0];
            Assert.Equal(await _cluster.SettledAsync(account, id), await _cluster.ElapsedSecondsAsync(id));
            var reported = await _cluster.SeriesAsync("slurm_banking_facts_total", "kind=\"start\"");
            Assert.True(reported > starts, "no start was reported");
            starts = reported;
        }
    }

    private async Task<(string Job, ServiceUnits? Held)> HoldAsync(string account)
    {
        var job = await _cluster.SubmittedAsync($"-A {account} -p debug -n1 --time=1 --job-name=doubled --begin=now+1hour");
        return (job, (await _cluster.MarkAsync(job))!.Value.Amount);
    }

    private string[] Warnings() =>
        [
            .. File.ReadAllLines(Path.Combine(_cluster.Directory, "services/sidecar.log"))
                .Where(static line => line.Contains("after slurm_banking", StringComparison.Ordinal)),
        ];
}
