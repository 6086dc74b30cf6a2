namespace SlurmBanking.Slurm.Tests;

/// <summary>
/// Plugins make facts prompt, the queue makes them certain: with jobcomp and SPANK switched off the ledger is the same, later.
/// </summary>
[Collection(ClusterCollection.Name)]
public sealed class SwitchedOffTests(BankedCluster cluster)
{
    [Theory]
    [InlineData("enable_job_complete_plugin")]
    [InlineData("enable_spank_plugin")]
    [InlineData("enable_spank_plugin", "enable_job_complete_plugin")]
    public async Task Jobs_are_settled_all_the_same(params string[] switches)
    {
        var config = await File.ReadAllTextAsync(cluster.ConfigFile);
        await cluster.ConfigureAsync(
            switches.Aggregate(config, static (text, name) => text.Replace($"{name} = true", $"{name} = false", StringComparison.Ordinal))
        );
        try
        {
            await new OrdinaryJobs(cluster).AreBilledAsync();
        }
        finally
        {
            await cluster.ConfigureAsync(config);
        }
    }
}
