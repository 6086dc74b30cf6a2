using System.Globalization;

namespace SlurmBanking.Slurm.Tests;

/// <summary>
/// Two slurmctlds on one StateSaveLocation, each with a sidecar that shares nothing with the other. The first host dies with facts
/// that the bank has not got, and comes back with them when the second has gone on. What each run must cost is what the slurmctld
/// says in the end that is at work then.
/// </summary>
public sealed class FailoverTests : IAsyncLifetime
{
    private const int Tasks = 96;
    private const int Singles = 4;

    // A CPU-second is 0.342933… SU: what is billed is rounded.
    private const decimal NormalPrice = 1234.56m;
    private const decimal DebugPrice = 3600m;

    // A backup takes over when the other has neither answered nor written its heartbeat for so long.
    private const string Timeout = "SlurmctldTimeout=4";

    private static readonly string[] Gauges =
    [
        "slurm_banking_holds_open",
        "slurm_banking_runs_open",
        "slurm_banking_outbox_pending",
        "slurm_banking_outbox_parked",
    ];

    private readonly Dictionary<string, decimal> _earlierRuns = new(StringComparer.Ordinal);
    private readonly BankedCluster _cluster = new()
    {
        Settings =
        [
            ("CONTROLLERS", "2"),
            ("EXTRA_CONF", Timeout),
            ("PRICES", string.Create(CultureInfo.InvariantCulture, $"normal = {NormalPrice}\ndebug = {DebugPrice}")),
            ("CONFIG_EXTRA", BankedCluster.SidecarSection),
        ],
    };

    private string _account = "";

    // While there is a directory of this name, slurmctld can't save its jobs.
    private string Obstacle => Path.Combine(_cluster.Directory, "state/job_state.new");

    public ValueTask InitializeAsync() => _cluster.InitializeAsync();

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Fact]
    public async Task With_a_hundred_undelivered_facts_and_the_old_host_coming_back_the_ledger_is_right()
    {
        await LoseBankAsync();
        var again = await SubmitAsync("-p normal -n2 --requeue", Gated("again"));
        var (reported, spooled) = (
            await SubmitAsync("-p normal -n2", Gated("reported")),
            await SubmitAsync("-p debug -n1", Gated("spooled"))
        );
        var (onSecond, onBoth) = (await SubmitAsync("-p debug -n1", Gated("second")), await SubmitAsync("-p debug -n1", Gated("both")));
        var array = await SubmitAsync($"-p normal -n1 --array=1-{Tasks}", "sleep 1");
        for (var i = 0; i < Singles; i++)
        {
            await SubmitAsync($"-p debug -n{i + 1}", "sleep 1");
        }

        await UntilAsync("a hundred jobs have ended", jobs => jobs.Count(static job => job.Ended) >= 1 + Tasks + Singles);
        await RequeueAsync(again);

        // Two jobs end after slurmctld has saved its jobs for the last time: one's end is told to the sidecar beside it, the other's
        // is spooled there. To the other slurmctld both go on.
        await ObstructAsync(onBoth);
        Open("reported");
        await EndedAsync(reported);
        await _cluster.EventuallyAsync(
            async () => await _cluster.GaugeAsync("slurm_banking_outbox_pending") > Tasks + Singles,
            "the facts wait in the first outbox"
        );
        await _cluster.MustAsync("kill", "sidecar");
        Open("spooled");
        await EndedAsync(spooled);
        Assert.NotEmpty(Directory.GetFiles(Path.Combine(_cluster.Directory, "facts")));
        await KillFirstSlurmctldAsync();

        await AtWorkAsync("sidecar2");
        await _cluster.MustAsync("start", "bank");
        await _cluster.SlurmAsync(null, "scancel", reported, spooled);
        await _cluster.SlurmAsync(null, "scontrol", "update", $"JobId={again}", "StartTime=now+1");
        Open("again");
        Open("second");
        await SubmitAsync("-p normal -n3 --array=1-3", "sleep 1");

        await UntilAsync("all but one have ended", jobs => jobs.All(job => job.Ended || job.JobId == onBoth));
        await SettledAsync(except: [onBoth, again]);
        Assert.Contains(array, (await _cluster.BookedAsync(_account)).Keys);

        await _cluster.MustAsync("start", "sidecar");
        await StandsByAsync("sidecar");
        Assert.True(await _cluster.GaugeAsync("slurm_banking_outbox_pending") > Tasks + Singles);
        await SubmitAsync("-p normal -n5", "sleep 1");
        await _cluster.MustAsync("start", "slurmctld");
        await AtWorkAsync("sidecar");
        await StandsByAsync("sidecar2");
        await SubmitAsync("-p normal -n7", "sleep 1");
        Open("both");
        await EverythingIsRightAsync("sidecar");
    }

    [Fact]
    public async Task A_stale_end_that_the_bank_never_got_gives_way_to_what_the_queue_says_now()
    {
        await LoseBankAsync();
        var stale = await SubmitAsync("-p normal -n2", Gated("stale"));
        await _cluster.EventuallyAsync(async () => await _cluster.FieldAsync(stale, "JobState") == "RUNNING", "the job runs");
        await ObstructAsync(stale);
        Open("stale");
        await EndedAsync(stale);
        var before = (await RecordsAsync()).Single(job => job.JobId == stale);
        await _cluster.EventuallyAsync(
            async () => await _cluster.GaugeAsync("slurm_banking_outbox_pending") > 0,
            "its end waits in the first outbox"
        );
        await _cluster.MustAsync("kill", "sidecar");
        await KillFirstSlurmctldAsync();

        await AtWorkAsync("sidecar2");
        await SubmitAsync("-p debug -n3", "sleep 1");
        await _cluster.SlurmAsync(null, "scancel", stale);
        await UntilAsync("all have ended", static jobs => jobs.All(static job => job.Ended));
        var after = (await RecordsAsync()).Single(job => job.JobId == stale);
        Assert.True(after.CpuSeconds > before.CpuSeconds);

        await _cluster.MustAsync("start", "sidecar");
        await _cluster.MustAsync("start", "slurmctld");
        await AtWorkAsync("sidecar");
        await _cluster.MustAsync("start", "bank");
        await EverythingIsRightAsync("sidecar");
    }

    // What the account has is known by then.
    private async Task LoseBankAsync()
    {
        _account = await _cluster.OpenAccountAsync(1_000_000);
        await _cluster.SettledAsync(_account, await SubmitAsync("-p debug -n1", "sleep 1"));
        await _cluster.MustAsync("kill", "bank");
    }

    private Task<string> SubmitAsync(string options, string script) =>
        _cluster.SubmittedAsync($"-A {_account} --time=5 --no-requeue {options}", script);

    // Runs until a second after its gate is opened.
    private string Gated(string gate) => $"until [ -e {Gate(gate)} ]; do sleep 0.1; done; sleep 1";

    private string Gate(string name) => Path.Combine(_cluster.Directory, "gate-" + name);

    private void Open(string gate) => File.WriteAllText(Gate(gate), "");

    private async Task ObstructAsync(string job)
    {
        // Something to save.
        await _cluster.SlurmAsync(null, "scontrol", "update", $"JobId={job}", "Comment=saved");
        await _cluster.SavedAsync();
        Directory.CreateDirectory(Obstacle);
    }

    private async Task KillFirstSlurmctldAsync()
    {
        await _cluster.MustAsync("kill", "slurmctld");
        Directory.Delete(Obstacle);
    }

    private async Task RequeueAsync(string job)
    {
        var run = (await RecordsAsync()).Single(record => record.JobId == job);
        await _cluster.SlurmAsync(null, "scontrol", "requeue", job);
        await UntilAsync("it waits again", jobs => jobs.Any(record => record.JobId == job && record is { State: "PENDING", Restarts: 1 }));

        // Its first run ended when the job was queued again.
        var requeued = DateTime.Parse(await _cluster.FieldAsync(job, "SubmitTime"), CultureInfo.InvariantCulture);
        _earlierRuns[run.BankId] = Cost(run with { End = requeued });
    }

    private Task EndedAsync(string job) => UntilAsync($"job {job} ends", jobs => jobs.Any(record => record.JobId == job && record.Ended));

    private async Task<IReadOnlyList<SlurmRecord>> RecordsAsync() =>
        await _cluster.RecordsAsync(_account) ?? throw new InvalidOperationException("slurmctld does not answer");

    private Task UntilAsync(string what, Func<IReadOnlyList<SlurmRecord>, bool> condition) =>
        _cluster.EventuallyAsync(async () => await _cluster.RecordsAsync(_account) is { Count: > 0 } jobs && condition(jobs), what, 90);

    private Task AtWorkAsync(string sidecar) =>
        _cluster.EventuallyAsync(
            async () =>
                (await _cluster.RunAsync("curl", ["-fsS", _cluster.Variables[sidecar.ToUpperInvariant() + "_URL"] + "/readyz"])).Output
                == "Healthy",
            $"{sidecar} is at work",
            90
        );

    private Task StandsByAsync(string sidecar) =>
        _cluster.EventuallyAsync(async () => await _cluster.GaugeAsync("slurm_banking_duty_active", sidecar) == 0, $"{sidecar} stands by");

    private Task SettledAsync(string[] except) =>
        _cluster.EventuallyAsync(
            async () =>
            {
                var booked = await _cluster.BookedAsync(_account);
                return (await RecordsAsync())
                    .Where(job => !except.Contains(job.JobId, StringComparer.Ordinal))
                    .All(job => booked.GetValueOrDefault(job.BankId, Booked.Nothing).Settlements > 0);
            },
            "all runs that the second slurmctld knows of are settled",
            90
        );

    private async Task EverythingIsRightAsync(string sidecar)
    {
        await UntilAsync("all have ended", static jobs => jobs.All(static job => job.Ended));
        var expected = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var job in await RecordsAsync())
        {
            expected[job.BankId] = Once(Cost(job));
        }

        foreach (var (run, cost) in _earlierRuns)
        {
            expected[run] = Once(cost);
        }

        await _cluster.EventuallyAsync(async () => await RestlessAsync(sidecar) == 0, $"{sidecar} is at rest", 90);
        var booked = (await _cluster.BookedAsync(_account)).ToDictionary(
            static run => run.Key,
            static run => run.Value is { Charges: <= 1, Settlements: 1 } ? Once(run.Value.Cost) : $"{run.Value}",
            StringComparer.Ordinal
        );
        Assert.Equal(Lines(expected).Except(Lines(booked)), Lines(booked).Except(Lines(expected)));
        Assert.Contains("the books balance", await _cluster.BankAsync("verify"), StringComparison.Ordinal);
    }

    private static List<string> Lines(IEnumerable<KeyValuePair<string, string>> runs) =>
        [.. runs.Select(static run => $"run {run.Key}: {run.Value}").Order(StringComparer.Ordinal)];

    private static string Once(decimal cost) => string.Create(CultureInfo.InvariantCulture, $"{cost:0.00}, settled once");

    private static decimal Cost(SlurmRecord job) =>
        Math.Round(job.CpuSeconds * (job.Partition == "normal" ? NormalPrice : DebugPrice) / 3600, 2, MidpointRounding.AwayFromZero);

    private async Task<decimal> RestlessAsync(string sidecar)
    {
        var sum = 0m;
        foreach (var gauge in Gauges)
        {
            sum += await _cluster.GaugeAsync(gauge, sidecar);
        }

        return sum;
    }
}
