namespace SlurmBanking.Slurm.Tests;

/// <summary>A Slurm whose configuration names neither our jobcomp nor our SPANK plugin: the queue alone tells of starts and ends.</summary>
public sealed class WithoutPluginsTests : IAsyncLifetime
{
    // Slurm takes the last of two lines.
    private const string NoPlugins = "JobCompType=jobcomp/none\nPlugStackConfig=/dev/null";

    private readonly BankedCluster _cluster = new()
    {
        Settings = [("EXTRA_CONF", NoPlugins), ("CONFIG_EXTRA", BankedCluster.SidecarSection)],
    };

    public ValueTask InitializeAsync() => _cluster.InitializeAsync();

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Fact]
    public async Task Jobs_are_settled_all_the_same()
    {
        Assert.Contains("jobcomp/none", (await _cluster.SlurmAsync(null, "scontrol", "show", "config")).Output, StringComparison.Ordinal);
        await new OrdinaryJobs(_cluster).AreBilledAsync();
    }
}
