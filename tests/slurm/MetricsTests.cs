namespace SlurmBanking.Slurm.Tests;

/// <summary>What the sidecar's metrics say beside what was done, on a cluster that others have used before.</summary>
[Collection(ClusterCollection.Name)]
public sealed class MetricsTests(BankedCluster cluster)
{
    [Fact]
    public async Task Holds_count_while_jobs_wait()
    {
        var account = await cluster.OpenAccountAsync(1000);
        var (open, amount) = await HoldsAsync();

        // A CPU for a minute and three for two at 1 SU a second.
        var one = await cluster.SubmittedAsync($"-A {account} -p debug -n1 --time=1 --begin=now+1hour");
        var three = await cluster.SubmittedAsync($"-A {account} -p debug -n3 --time=2 --begin=now+1hour");

        // An answer to a scrape is good for a moment.
        await cluster.EventuallyAsync(async () => await HoldsAsync() == (open + 2, amount + 60 + 360), "both are held", 5);
        await cluster.SlurmAsync("games", "scancel", one, three);
        await cluster.EventuallyAsync(async () => await HoldsAsync() == (open, amount), "the holds are released", 75);
    }

    [Fact]
    public async Task What_runs_cost_is_added_up_as_the_bank_settles_it()
    {
        var account = await cluster.OpenAccountAsync(1000);

        // There is no series before anything was settled.
        await cluster.SettledAsync(account, await cluster.SubmittedAsync($"-A {account} -p debug -n1 --time=1", "sleep 1"), 75);
        await cluster.EventuallyAsync(async () => await cluster.GaugeAsync("slurm_banking_runs_open") == 0, "all is settled", 75);
        var (settled, delivered) = (await SettledAsync(), await DeliveredAsync());
        var cost = await cluster.SettledAsync(account, await cluster.SubmittedAsync($"-A {account} -p debug -n2 --time=1", "sleep 3"), 75);
        await cluster.EventuallyAsync(async () => await SettledAsync() == settled + cost, $"{cost} SU more are settled");
        await cluster.EventuallyAsync(async () => await DeliveredAsync() == delivered + 2, "two deliveries are counted", 5);
    }

    private Task<decimal> SettledAsync() => cluster.GaugeAsync("slurm_banking_settled_amount_total");

    private Task<decimal> DeliveredAsync() => cluster.SeriesAsync("slurm_banking_deliveries_total", "outcome=\"Delivered\"");

    private async Task<(decimal Open, decimal Amount)> HoldsAsync() =>
        (await cluster.GaugeAsync("slurm_banking_holds_open"), await cluster.GaugeAsync("slurm_banking_holds_amount"));
}
