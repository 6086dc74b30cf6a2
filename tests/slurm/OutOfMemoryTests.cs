namespace SlurmBanking.Slurm.Tests;

/// <summary>
/// Where slurmd bounds memory by cgroups a job that takes more ends as OUT_OF_MEMORY: billed for its time like any other, unless that
/// state is refunded. Not every machine lets a test make cgroups, so "make verify" runs it.
/// </summary>
[Trait("Run", "verify")]
public sealed class OutOfMemoryTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_job_that_takes_too_much_memory_is_billed_for_its_time_unless_that_is_refunded(bool refunded)
    {
        var policy = refunded ? "[Policy]\nrefund_states = [\"OUT_OF_MEMORY\"]\n" : "";
        var cluster = new BankedCluster
        {
            Settings =
            [
                ("EXTRA_CONF", "TaskPlugin=task/cgroup\nDefMemPerCPU=100"),
                ("CONFIG_EXTRA", policy + BankedCluster.SidecarSection),
            ],
        };
        var plugin = Directory.Exists("/sys/fs/cgroup/memory") ? "cgroup/v1" : "cgroup/v2\nIgnoreSystemd=yes";
        await File.WriteAllTextAsync(
            Path.Combine(cluster.Directory, "cgroup.conf"),
            $"CgroupPlugin={plugin}\nConstrainRAMSpace=yes\n",
            TestContext.Current.CancellationToken
        );
        await cluster.InitializeAsync();
        try
        {
            var account = await cluster.OpenAccountAsync(1000);
            const string Greedy = "sleep 3; head -c 300m /dev/zero | tail -c 299m | wc -c; sleep 1";
            var job = await cluster.SubmittedAsync($"-A {account} -p debug -n1 --mem=50M --time=2", Greedy);
            var cost = await cluster.SettledAsync(account, job, 60);
            Assert.Equal("OUT_OF_MEMORY", await cluster.FieldAsync(job, "JobState"));

            // 1 CPU × 1 SU a second
            Assert.Equal(refunded ? 0 : await cluster.ElapsedSecondsAsync(job), cost);
            Assert.Equal("charge -120.00", (await cluster.TransfersAsync(account, job))[0]);
        }
        finally
        {
            await cluster.DisposeAsync();
        }
    }
}
