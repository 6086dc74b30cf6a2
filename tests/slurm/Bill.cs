using System.Globalization;

namespace SlurmBanking.Slurm.Tests;

/// <summary>
/// The jobs of one account: what each run must have cost by what Slurm itself shows of it (CPUs × seconds × price), and what the bank
/// has booked. A job that Slurm shows otherwise later counts as it was shown last.
/// </summary>
public sealed class Bill(BankedCluster cluster, string account)
{
    private const decimal NormalPrice = 1234.56m;
    private const decimal DebugPrice = 3600m;

    private static readonly string[] Gauges =
    [
        "slurm_banking_holds_open",
        "slurm_banking_runs_open",
        "slurm_banking_outbox_pending",
        "slurm_banking_outbox_parked",
    ];

    private readonly Dictionary<string, decimal> _costs = new(StringComparer.Ordinal);

    /// <summary>For the cluster's PRICES. On normal a CPU-second is 0.342933… SU: what is billed is rounded.</summary>
    public static string Prices { get; } = string.Create(CultureInfo.InvariantCulture, $"normal = {NormalPrice}\ndebug = {DebugPrice}");

    public string Account => account;

    /// <summary>Opens an account and runs a first job: what the account has is known by then.</summary>
    public static async Task<Bill> OpenAsync(BankedCluster cluster)
    {
        var bill = new Bill(cluster, await cluster.OpenAccountAsync(1_000_000));
        await bill.EndAsync(await bill.SubmitAsync("-p debug -n1", "sleep 1"));
        await bill.SettledAsync();
        return bill;
    }

    public Task<string> SubmitAsync(string options, string script) =>
        cluster.SubmittedAsync($"-A {account} --time=5 --no-requeue {options}", script);

    /// <summary>A script that runs until a second after its gate is opened.</summary>
    public string Gated(string gate) => $"until [ -e {Gate(gate)} ]; do sleep 0.1; done; sleep 1";

    public void Open(string gate) => File.WriteAllText(Gate(gate), "");

    /// <summary>Requeues a running job, which then waits.</summary>
    public async Task RequeueAsync(string job)
    {
        SlurmRecord? run = null;
        await UntilAsync(
            $"job {job} has run for a second",
            jobs =>
                (run = jobs.FirstOrDefault(record => record.JobId == job && record.State == "RUNNING")) is not null
                && run.Start < DateTime.Now.AddSeconds(-1)
        );

        // slurmctld takes the time a moment before it writes the line: not at the turn of a second.
        await cluster.EventuallyAsync(static () => Task.FromResult(DateTime.Now.Millisecond is > 100 and < 500), "it is early in a second");
        await cluster.SlurmAsync(null, "scontrol", "requeue", job);
        await UntilAsync("it waits again", jobs => jobs.Any(record => record.JobId == job && record is { State: "PENDING", Restarts: 1 }));

        // "[2026-11-22T22:23:52.154] Requeuing JobId=3": the queue shows no more than when the job was queued again, which may be later.
        var told = File.ReadLines(Path.Combine(cluster.Directory, "log/slurmctld.log"))
            .Last(line => line.EndsWith($"] Requeuing JobId={job}", StringComparison.Ordinal));
        _costs[run!.BankId] = Cost(run with { End = DateTime.Parse(told[1..20], CultureInfo.InvariantCulture) });
    }

    /// <summary>Slurm makes a requeued job wait for two minutes.</summary>
    public async Task StartSoonAsync(string job)
    {
        var update = await cluster.SlurmAsync(null, "scontrol", "update", $"JobId={job}", "StartTime=now+1");
        Assert.True(update.ExitCode == 0, update.Error);
    }

    public Task EndAsync(string job) => UntilAsync($"job {job} ends", jobs => jobs.Any(record => record.JobId == job && record.Ended));

    /// <summary>Waits until Slurm shows the account's jobs so.</summary>
    public Task UntilAsync(string what, Func<IReadOnlyList<SlurmRecord>, bool> condition) =>
        cluster.EventuallyAsync(async () => await LookAsync() is { } jobs && condition(jobs), what, 90);

    /// <summary>Waits until the bank has settled what has ended so far, but for some jobs.</summary>
    public Task SettledAsync(params string[] except) =>
        cluster.EventuallyAsync(
            async () =>
            {
                var booked = await cluster.BookedAsync(account);
                return _costs
                    .Keys.Where(run => !except.Contains(run.Split(':')[0], StringComparer.Ordinal))
                    .All(run => booked.GetValueOrDefault(run, Booked.Nothing).Settlements > 0);
            },
            "all that has ended is settled",
            90
        );

    /// <summary>Waits until a sidecar is at rest; then each run is billed once, with what it cost, and nothing else is.</summary>
    public async Task IsRightAsync(string sidecar = "sidecar")
    {
        await UntilAsync("all jobs have ended", static jobs => jobs.All(static job => job.Ended));
        await SettledAsync();
        await cluster.EventuallyAsync(async () => await UnrestAsync(sidecar) == 0, $"{sidecar} is at rest", 90);
        var booked = (await cluster.BookedAsync(account)).Select(static run => Line(run.Key, run.Value)).ToList();
        var expected = _costs.Select(static run => Line(run.Key, new Booked(run.Value, 0, 1))).ToList();
        Assert.Equal(expected.Except(booked).Order(StringComparer.Ordinal), booked.Except(expected).Order(StringComparer.Ordinal));
        Assert.Contains("the books balance", await cluster.BankAsync("verify"), StringComparison.Ordinal);
    }

    // One that was never seen to start has no charge.
    private static string Line(string run, Booked booked)
    {
        var charged = booked.Charges > 1 ? $"charged {booked.Charges} times" : "charged at most once";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"run {run}: {booked.Cost:0.00} SU, {charged}, settled {booked.Settlements} times"
        );
    }

    private static decimal Cost(SlurmRecord job) =>
        Math.Round(job.CpuSeconds * (job.Partition == "normal" ? NormalPrice : DebugPrice) / 3600, 2, MidpointRounding.AwayFromZero);

    private string Gate(string name) => Path.Combine(cluster.Directory, "gate-" + name);

    private async Task<IReadOnlyList<SlurmRecord>?> LookAsync()
    {
        var jobs = await cluster.RecordsAsync(account);
        foreach (var job in (jobs ?? []).Where(static job => job is { Ran: true, Ended: true }))
        {
            _costs[job.BankId] = Cost(job);
        }

        return jobs;
    }

    private async Task<decimal> UnrestAsync(string sidecar)
    {
        var sum = 0m;
        foreach (var gauge in Gauges)
        {
            sum += await cluster.GaugeAsync(gauge, sidecar);
        }

        return sum;
    }
}
