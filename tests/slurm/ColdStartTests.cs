using SlurmBanking.Terms;

namespace SlurmBanking.Slurm.Tests;

/// <summary>
/// A Slurm that starts before its sidecar, with a bank-config.toml as the predecessor had it: Enable, PartitionPrice, API.
/// </summary>
public sealed class ColdStartTests : IAsyncLifetime
{
    private readonly BankedCluster _cluster = new() { Settings = [("SIDECAR", "0")] };

    public ValueTask InitializeAsync() => _cluster.InitializeAsync();

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Fact]
    public async Task Slurm_works_without_a_sidecar_and_its_jobs_are_billed_once_there_is_one()
    {
        var account = await _cluster.OpenAccountAsync(1000);
        var early = await _cluster.SubmittedAsync($"-A {account} -p debug -n2 --time=1", "sleep 2");
        await _cluster.EventuallyAsync(async () => await _cluster.FieldAsync(early, "JobState") == "COMPLETED", "the job runs");
        var waiting = await _cluster.SubmittedAsync($"-A {account} -p debug -n4 --time=2 --begin=now+1hour");
        Assert.Null((await _cluster.MarkAsync(waiting))!.Value.Amount);

        await _cluster.ServiceAsync("start", "sidecar");
        Assert.Equal(2 * await _cluster.ElapsedSecondsAsync(early), await _cluster.SettledAsync(account, early, 60));

        // 4 CPUs × 120 s: the job that was let in unseen is held for now.
        await _cluster.EventuallyAsync(async () => await _cluster.GaugeAsync("slurm_banking_holds_amount") == 480, "its hold");
        var next = await _cluster.SubmittedAsync($"-A {account} -p debug -n1 --time=1", "sleep 1");
        Assert.Equal(new ServiceUnits(60_00), (await _cluster.MarkAsync(next))?.Amount);
        Assert.Equal(await _cluster.SettledAsync(account, next), await _cluster.ElapsedSecondsAsync(next));
    }
}
