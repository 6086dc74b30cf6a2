using SlurmBanking.Terms;

namespace SlurmBanking.Slurm.Tests;

/// <summary>What docs/development.md tells to type after a changed line: a part of a cluster is replaced, and nothing is lost.</summary>
[Collection(ClusterCollection.Name)]
public sealed class RenewTests(BankedCluster cluster)
{
    [Fact]
    public async Task Each_part_is_replaced_and_jobs_and_holds_stay()
    {
        var account = await cluster.OpenAccountAsync(1000);
        var waiting = await cluster.SubmittedAsync($"-A {account} -p debug -n4 --time=2 --begin=now+1hour");
        var slurmctld = await cluster.SlurmctldAsync();
        foreach (var part in new[] { "bank", "sidecar", "slurmctld" })
        {
            await cluster.MustAsync("renew", part);
        }

        Assert.NotEqual(slurmctld, await cluster.SlurmctldAsync());
        Assert.Equal("PENDING", await cluster.FieldAsync(waiting, "JobState"));

        // 4 CPUs × 120 s are still held: of 1000 SU 520 are left, and 9 CPUs × 60 s are more.
        Assert.Contains(
            "520.00 available",
            (await cluster.SubmitAsync($"-A {account} -p debug -n9 --time=1")).Error,
            StringComparison.Ordinal
        );
        var next = await cluster.SubmittedAsync($"-A {account} -p debug -n2 --time=1", "sleep 1");
        Assert.NotEqual(waiting, next);
        Assert.Equal(new ServiceUnits(120_00), (await cluster.MarkAsync(next))?.Amount);
        var settled = await cluster.SettledAsync(account, next);
        Assert.Equal(2 * await cluster.ElapsedSecondsAsync(next), settled);
        await cluster.SlurmAsync("games", "scancel", waiting);
    }
}
