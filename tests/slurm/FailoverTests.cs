namespace SlurmBanking.Slurm.Tests;

/// <summary>
/// Two slurmctlds on one StateSaveLocation, each with a sidecar that shares nothing with the other. The first host dies with facts
/// that the bank has not got, and comes back with them when the second has gone on.
/// </summary>
public sealed class FailoverTests : IAsyncLifetime
{
    private const int Tasks = 96;
    private const int Singles = 4;

    // A backup takes over when the other has neither answered nor written its heartbeat for so long.
    private const string Timeout = "SlurmctldTimeout=4";

    private readonly BankedCluster _cluster = new()
    {
        Settings = [("CONTROLLERS", "2"), ("EXTRA_CONF", Timeout), ("PRICES", Bill.Prices), ("CONFIG_EXTRA", BankedCluster.SidecarSection)],
    };

    // While there is a directory of this name, slurmctld can't save its jobs.
    private string Obstacle => Path.Combine(_cluster.Directory, "state/job_state.new");

    public ValueTask InitializeAsync() => _cluster.InitializeAsync();

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Fact]
    public async Task With_a_hundred_undelivered_facts_and_the_old_host_coming_back_the_ledger_is_right()
    {
        var bill = await Bill.OpenAsync(_cluster);
        await _cluster.MustAsync("kill", "bank");
        var again = await bill.SubmitAsync("-p normal -n2 --requeue", bill.Gated("again"));
        var reported = await bill.SubmitAsync("-p normal -n2", bill.Gated("reported"));
        var spooled = await bill.SubmitAsync("-p debug -n1", bill.Gated("spooled"));
        await bill.SubmitAsync("-p debug -n1", bill.Gated("second"));
        var both = await bill.SubmitAsync("-p debug -n1", bill.Gated("both"));
        await bill.SubmitAsync($"-p normal -n1 --array=1-{Tasks}", "sleep 1");
        for (var i = 0; i < Singles; i++)
        {
            await bill.SubmitAsync($"-p debug -n{i + 1}", "sleep 1");
        }

        await bill.UntilAsync("a hundred jobs have ended", jobs => jobs.Count(static job => job.Ended) > Tasks + Singles);
        await bill.RequeueAsync(again);

        // Two jobs end after slurmctld has saved its jobs for the last time: one's end is told to the sidecar beside it, the other's
        // is spooled there. To the other slurmctld both go on.
        await ObstructAsync(both);
        bill.Open("reported");
        await bill.EndAsync(reported);
        await _cluster.EventuallyAsync(
            async () => await _cluster.GaugeAsync("slurm_banking_outbox_pending") > Tasks + Singles,
            "the facts wait in the first outbox"
        );
        await _cluster.MustAsync("kill", "sidecar");
        bill.Open("spooled");
        await bill.EndAsync(spooled);
        Assert.NotEmpty(Directory.GetFiles(Path.Combine(_cluster.Directory, "facts")));
        await LoseFirstSlurmctldAsync();

        await AtWorkAsync("sidecar2");
        await _cluster.MustAsync("start", "bank");
        await _cluster.SlurmAsync(null, "scancel", reported, spooled);
        await bill.StartSoonAsync(again);
        bill.Open("again");
        bill.Open("second");
        await bill.SubmitAsync("-p normal -n3 --array=1-3", "sleep 1");
        await bill.UntilAsync("all but one have ended", jobs => jobs.All(job => job.Ended || job.JobId == both));

        // How the first run of the requeued job ended only the old host knows.
        await bill.SettledAsync(except: again);

        await _cluster.MustAsync("start", "sidecar");
        await StandsByAsync("sidecar");
        Assert.True(await _cluster.GaugeAsync("slurm_banking_outbox_pending") > Tasks + Singles);
        await bill.SubmitAsync("-p normal -n5", "sleep 1");
        await _cluster.MustAsync("start", "slurmctld");
        await AtWorkAsync("sidecar");
        await StandsByAsync("sidecar2");
        await bill.SubmitAsync("-p normal -n7", "sleep 1");
        bill.Open("both");
        await bill.IsRightAsync("sidecar");
    }

    [Fact]
    public async Task An_end_that_only_the_old_host_knows_gives_way_to_what_the_queue_says_now()
    {
        var bill = await Bill.OpenAsync(_cluster);
        await _cluster.MustAsync("kill", "bank");
        var stale = await bill.SubmitAsync("-p normal -n2", bill.Gated("stale"));
        await bill.UntilAsync("the job runs", jobs => jobs.Any(job => job.JobId == stale && job.State == "RUNNING"));
        await ObstructAsync(stale);
        bill.Open("stale");
        await bill.EndAsync(stale);
        await _cluster.EventuallyAsync(
            async () => await _cluster.GaugeAsync("slurm_banking_outbox_pending") > 0,
            "its end waits in the first outbox"
        );
        await _cluster.MustAsync("kill", "sidecar");
        await LoseFirstSlurmctldAsync();

        // An administrator is faster than the timeout.
        await _cluster.SlurmAsync(null, "scontrol", "takeover");
        await AtWorkAsync("sidecar2");
        await bill.SubmitAsync("-p debug -n3", "sleep 1");
        await _cluster.SlurmAsync(null, "scancel", stale);
        await bill.UntilAsync("all jobs have ended", static jobs => jobs.All(static job => job.Ended));
        Assert.Equal("CANCELLED", await _cluster.FieldAsync(stale, "JobState"));

        await _cluster.MustAsync("start", "sidecar");
        await _cluster.MustAsync("start", "slurmctld");
        await AtWorkAsync("sidecar");
        await _cluster.MustAsync("start", "bank");
        await bill.IsRightAsync("sidecar");
    }

    private async Task ObstructAsync(string job)
    {
        // Something to save.
        await _cluster.SlurmAsync(null, "scontrol", "update", $"JobId={job}", "Comment=saved");
        await _cluster.SavedAsync();
        Directory.CreateDirectory(Obstacle);
    }

    private async Task LoseFirstSlurmctldAsync()
    {
        await _cluster.MustAsync("kill", "slurmctld");
        Directory.Delete(Obstacle);
    }

    private Task AtWorkAsync(string sidecar) =>
        _cluster.EventuallyAsync(
            async () =>
                (await _cluster.RunAsync("curl", ["-fsS", _cluster.Variables[$"{sidecar.ToUpperInvariant()}_URL"] + "/readyz"])).Output
                == "Healthy",
            $"{sidecar} is at work",
            90
        );

    private Task StandsByAsync(string sidecar) =>
        _cluster.EventuallyAsync(async () => await _cluster.GaugeAsync("slurm_banking_duty_active", sidecar) == 0, $"{sidecar} stands by");
}
