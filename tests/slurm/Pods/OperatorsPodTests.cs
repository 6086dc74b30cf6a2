using System.Text.Json.Nodes;

namespace SlurmBanking.Slurm.Tests.Pods;

/// <summary>
/// slurmctld's pod with the values for Slinky's operator and for soperator: a job is billed, and without any object of ours it runs.
/// </summary>
[Collection(PlainClusterCollection.Name)]
public sealed class OperatorsPodTests(PlainCluster cluster) : IAsyncLifetime
{
    private const string Slinky = "slinky";
    private const string Soperator = "soperator";

    private static readonly string[] OurObjects = ["physics-bank-config", "bank-token", "physics-controller"];

    private Pod? _pod;
    private bool _ofSoperator;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (_pod is not null)
        {
            await cluster.EndAsync(_pod);
        }

        if (_ofSoperator)
        {
            await cluster.RestartNodeAsync(cluster.Objects);
        }
    }

    [Theory]
    [InlineData(Slinky)]
    [InlineData(Soperator)]
    public async Task A_job_is_billed(string flavor)
    {
        await StartAsync(flavor, cluster.Objects);
        await cluster.SidecarReadyAsync();
        var account = await cluster.OpenAccountAsync();

        var job = await cluster.SubmitAsync(account, "sleep 1");
        var shown = await cluster.CompletedAsync(job);

        // 2 CPUs for an hour at 0.75 SU a second.
        Assert.Equal("5400.00", PlainCluster.HeldFor(shown));
        await cluster.SettledAsync(account, job, shown);

        // Slurm's plugins are in one of the directories that select knows ours to be mounted into.
        Assert.DoesNotContain("mount those of", _pod!["slurm-banking-select"].Log, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Slinky)]
    [InlineData(Soperator)]
    public async Task Without_any_object_of_ours_slurmctld_runs_jobs(string flavor)
    {
        await StartAsync(flavor, OurObjects.Aggregate(cluster.Objects, static (rest, name) => rest.Without(name)));

        await cluster.CompletedAsync(await cluster.SubmitAsync(await cluster.OpenAccountAsync(), "true"));
    }

    private async Task StartAsync(string flavor, StoredObjects objects)
    {
        var plain = cluster.SpecWithoutOurs("slurmctld");
        if (flavor == Slinky)
        {
            _pod = await cluster.ControllerAsync(objects, spec: OperatorsPods.Slinky(BankedCluster.Root, plain));
            return;
        }

        // Who speaks to slurmctld has to know who it is.
        _ofSoperator = true;
        await cluster.RestartNodeAsync(cluster.Objects.With("slurm-conf", "slurm.conf", cluster.SoperatorsConf));
        _pod = await cluster.ControllerAsync(objects, spec: OperatorsPods.Soperator(BankedCluster.Root, plain, cluster.MakeJail()));
    }
}
