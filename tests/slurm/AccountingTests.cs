namespace SlurmBanking.Slurm.Tests;

/// <summary>
/// A Slurm with slurmdbd, without our jobcomp and SPANK plugins, that forgets jobs soon: what happens while the sidecar is away
/// nothing but sacct tells.
/// </summary>
public sealed class AccountingTests : IAsyncLifetime
{
    // slurmctld drops jobs that ended so long ago every ten seconds.
    private const string Forgetful = "MinJobAge=2\nJobCompType=jobcomp/none\nPlugStackConfig=/dev/null";

    private readonly BankedCluster _cluster = new()
    {
        Settings =
        [
            ("ACCOUNTING", "1"),
            ("EXTRA_CONF", Forgetful),
            ("PRICES", Bill.Prices),
            ("CONFIG_EXTRA", BankedCluster.SidecarSection),
        ],
    };

    public ValueTask InitializeAsync() => _cluster.InitializeAsync();

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Fact]
    public async Task What_ended_and_left_the_queue_while_the_sidecar_was_away_is_settled_from_sacct()
    {
        var bill = new Bill(_cluster, await _cluster.OpenAccountAsync(1_000_000));

        // Charged already when the sidecar dies.
        await bill.SubmitAsync("-p normal -n3", bill.Gated("open"));
        var cancelled = await bill.SubmitAsync("-p debug -n2", "sleep 60");
        var twice = await bill.SubmitAsync("-p normal -n1 --requeue", bill.Gated("open"));
        var goesOn = await bill.SubmitAsync("-p debug -n1 --requeue", bill.Gated("last"));
        await bill.SubmitAsync("-p normal -n2 --array=1-2", bill.Gated("open"));
        await _cluster.EventuallyAsync(
            async () =>
                await _cluster.GaugeAsync("slurm_banking_runs_open") == 6 && await _cluster.GaugeAsync("slurm_banking_outbox_pending") == 0,
            "all are charged",
            90
        );
        var waits = await bill.SubmitAsync("-p debug -n1 --begin=now+1hour", "true");
        await _cluster.MustAsync("kill", "sidecar");

        // Submitted and ended while nobody looked.
        await bill.SubmitAsync("-p normal -n5", "sleep 1");
        await bill.SubmitAsync("-p debug -n1 --array=1-3", "sleep 1");
        await bill.RequeueAsync(twice);
        await bill.RequeueAsync(goesOn);
        await bill.StartSoonAsync(twice);
        await bill.StartSoonAsync(goesOn);
        await _cluster.SlurmAsync(null, "scancel", cancelled, waits);
        bill.Open("open");
        await bill.UntilAsync(
            "slurmctld has forgotten all but one",
            jobs => jobs.All(job => job.JobId == goesOn && job.State == "RUNNING")
        );

        await _cluster.MustAsync("start", "sidecar");
        await bill.SettledAsync();
        bill.Open("last");
        await bill.EndAsync(goesOn);

        // A submission has the queue listed sooner than in half a minute, and this one leaves nothing.
        var test = $"sbatch --test-only -A {bill.Account} -p debug -n1 --time=1 --wrap true";
        await _cluster.SlurmAsync("games", test.Split(' '));
        await bill.IsRightAsync();
        Assert.Null(await _cluster.CostAsync(bill.Account, waits));
    }
}
