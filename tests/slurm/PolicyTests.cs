namespace SlurmBanking.Slurm.Tests;

/// <summary>A changed configuration is in force within a second, without restarting anything.</summary>
[Collection(ClusterCollection.Name)]
public sealed class PolicyTests(BankedCluster cluster)
{
    private const string TooDear = "-n16 --time=20:00:00 --begin=now+1hour";

    [Theory]
    [InlineData("enable_job_submit_plugin = true", "enable_job_submit_plugin = false")]
    [InlineData("[API]", "[Policy]\nmode = \"observe\"\n[API]")]
    [InlineData("normal = 1\n", "normal = 0.01\n")] // 16 × 20 h × 0.01 = 3.20
    public async Task A_job_that_was_refused_is_let_in(string from, string to)
    {
        var account = await cluster.OpenAccountAsync(100);
        Assert.Null((await cluster.SubmitAsync($"-A {account} {TooDear}")).JobId);
        var config = await File.ReadAllTextAsync(cluster.ConfigFile);
        await cluster.ConfigureAsync(config.Replace(from, to, StringComparison.Ordinal));
        try
        {
            var job = await cluster.SubmitAsync($"-A {account} {TooDear}");
            Assert.True(job.JobId is not null, job.Error);
            await cluster.SlurmAsync("games", "scancel", job.JobId!);
        }
        finally
        {
            await cluster.ConfigureAsync(config);
        }
    }

    [Fact]
    public async Task A_bad_file_leaves_the_last_good_one_in_force()
    {
        var account = await cluster.OpenAccountAsync(100);
        var config = await File.ReadAllTextAsync(cluster.ConfigFile);
        await cluster.ConfigureAsync(config.Replace("normal = 1\n", "normal = -1\n", StringComparison.Ordinal));
        try
        {
            Assert.Contains(
                "may cost up to 320.00 SU",
                (await cluster.SubmitAsync($"-A {account} {TooDear}")).Error,
                StringComparison.Ordinal
            );
            Assert.Equal(1, await cluster.GaugeAsync("slurm_banking_configuration_degraded"));
        }
        finally
        {
            await cluster.ConfigureAsync(config);
        }
    }

    [Fact]
    public async Task Without_sidecar_the_word_learnt_from_it_decides()
    {
        var account = await cluster.OpenAccountAsync(100);
        var config = await File.ReadAllTextAsync(cluster.ConfigFile);
        await cluster.ConfigureAsync(config + "\n[Policy]\nwhen_sidecar_unavailable = \"deny\"\n");
        try
        {
            Assert.NotNull((await cluster.SubmitAsync($"-A {account} -n1 --begin=now+1hour")).JobId);
            await cluster.ServiceAsync("stop", "sidecar");
            var denied = await cluster.SubmitAsync($"-A {account} -n1 --begin=now+1hour");
            Assert.Contains("when_sidecar_unavailable = \"deny\"", denied.Error, StringComparison.Ordinal);
        }
        finally
        {
            await cluster.ConfigureAsync(config);
            await cluster.ServiceAsync("start", "sidecar");
        }
    }
}
