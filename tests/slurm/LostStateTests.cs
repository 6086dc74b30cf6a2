namespace SlurmBanking.Slurm.Tests;

/// <summary>
/// The state directory is lost with all that the sidecar knew. Slurm's queue still has the marks, and the bank what it was told:
/// holds are as before, and each run is billed once.
/// </summary>
public sealed class LostStateTests : IAsyncLifetime
{
    private readonly BankedCluster _cluster = new()
    {
        Settings = [("PRICES", Bill.Prices), ("CONFIG_EXTRA", BankedCluster.SidecarSection)],
    };

    public ValueTask InitializeAsync() => _cluster.InitializeAsync();

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Fact]
    public async Task Holds_are_as_before_and_each_run_is_billed_once()
    {
        var bill = await Bill.OpenAsync(_cluster);

        // 2 CPUs for 5 minutes at 1 SU per CPU-second, and twice 1 of an array: 600 + 2 × 300.
        var waits = await bill.SubmitAsync("-p debug -n2 --hold", "sleep 1");
        var array = await bill.SubmitAsync("-p debug -n1 --hold --array=1-2", "sleep 1");

        // On normal a CPU-second is 0.342933… SU: what is billed is rounded.
        var runs = await bill.SubmitAsync("-p normal -n3", bill.Gated("last"));
        var again = await bill.SubmitAsync("-p debug -n1 --requeue", bill.Gated("last"));
        var untold = await bill.SubmitAsync("-p normal -n2", bill.Gated("first"));
        await bill.RequeueAsync(again);
        await bill.StartSoonAsync(again);
        await bill.EndAsync(await bill.SubmitAsync("-p normal -n5", "sleep 1"));
        await bill.SettledAsync();
        await bill.UntilAsync(
            "all run that are not held",
            jobs => new[] { runs, again, untold }.All(id => jobs.Any(job => job.JobId == id && job.State == "RUNNING"))
        );
        await RestAsync(running: 3);

        // The bank does not hear of this end, and nobody else has it when the state is gone.
        await _cluster.MustAsync("stop", "bank");
        bill.Open("first");
        await bill.EndAsync(untold);
        await _cluster.EventuallyAsync(async () => await _cluster.GaugeAsync("slurm_banking_outbox_pending") == 1, "its end is known");
        await _cluster.MustAsync("kill", "sidecar");
        Lose(Path.Combine(_cluster.Directory, "sidecar"));
        await _cluster.MustAsync("start", "bank");
        await _cluster.MustAsync("start", "sidecar");
        await RestAsync(running: 2);

        bill.Open("last");
        await _cluster.SlurmAsync(null, "scontrol", "release", waits, array);
        await bill.EndAsync(waits);
        await bill.IsRightAsync();
    }

    private async Task RestAsync(int running)
    {
        await _cluster.EventuallyAsync(
            async () =>
                await _cluster.GaugeAsync("slurm_banking_runs_open") == running
                && await _cluster.GaugeAsync("slurm_banking_outbox_pending") == 0,
            $"{running} run, and the bank has been told",
            90
        );
        Assert.Equal(
            (2m, 1200m, 0m),
            (
                await _cluster.GaugeAsync("slurm_banking_holds_open"),
                await _cluster.GaugeAsync("slurm_banking_holds_amount"),
                await _cluster.GaugeAsync("slurm_banking_outbox_parked")
            )
        );
    }

    // The directory itself is the installation's.
    private static void Lose(string directory)
    {
        Assert.NotEmpty(Directory.GetFiles(directory, "sidecar.db"));
        Array.ForEach(Directory.GetFiles(directory), File.Delete);
    }
}
