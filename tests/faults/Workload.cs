using System.Diagnostics;
using SlurmBanking.Slurm.Tests;

namespace SlurmBanking.Faults.Tests;

/// <summary>
/// The jobs that every fault has to put up with, on an account of their own: one cancelled while it waits, a plain one, an array,
/// one that is requeued, an srun, and one that the account can't afford. Like a user, it tries again when Slurm does not answer.
/// </summary>
public sealed class Workload(BankedCluster cluster, string account, Func<Step, Task> reach)
{
    /// <summary>What the account holds: enough for all jobs twice, not for the dear one.</summary>
    public const decimal Deposit = 2000;

    /// <summary>How many runs its jobs come to.</summary>
    public const int Runs = 7;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private readonly Dictionary<string, (string Id, string Options, string Script)> _jobs = new(StringComparer.Ordinal);
    private readonly Stopwatch _clock = new();

    public string Account => account;

    public List<string> Problems { get; } = [];

    /// <summary>The least and the most that an earlier run of a requeued job can have cost, by its id at the bank.</summary>
    public Dictionary<string, (decimal Min, decimal Max)> EarlierRuns { get; } = new(StringComparer.Ordinal);

    /// <summary>Jobs that slurmctld accepted and, killed before it had saved them, knows no more.</summary>
    public HashSet<string> Forgotten { get; } = new(StringComparer.Ordinal);

    /// <summary>The account's first job: from here on the sidecar knows its headroom.</summary>
    public Task WarmAsync() => SubmitAsync("waits", "-n1 --time=1 --begin=now+1hour", "true");

    public async Task RunAsync(bool letsIn)
    {
        _clock.Start();
        await reach(Step.Warm);
        string[] srun = [.. "40 srun -n2 -p debug --time=1 -J steps".Split(' '), "-A", account, "sleep", "2"];
        var steps = cluster.SlurmAsync("games", ["timeout", .. srun]);
        await SubmitAsync("plain", "-n2 --time=1", "sleep 8");
        await SubmitAsync("again", "-n1 --time=2 --requeue", "[ ${SLURM_RESTART_COUNT:-0} = 0 ] && sleep 60 || sleep 1");
        await SubmitAsync("array", "-n1 --time=1 --array=1-3", "sleep 2");
        await SubmitDearAsync(letsIn);
        await UntilAsync("the first job runs", static jobs => jobs.Any(static job => job.Ran));
        await reach(Step.Running);
        await CancelAsync("waits");
        await RequeueAsync();
        await UntilAsync("the first job ends", static jobs => jobs.Any(static job => job is { Ran: true, Ended: true }));
        await reach(Step.Ending);
        await steps;
        await UntilAsync("all jobs end", static jobs => jobs.All(static job => job.Ended));
        await reach(Step.Ended);
    }

    /// <summary>All jobs of the account as Slurm records them; null when slurmctld does not answer.</summary>
    public Task<IReadOnlyList<SlurmRecord>?> RecordsAsync() => cluster.RecordsAsync(account);

    private static string Options(string name, string options) => $"-J {name} -p debug {options}";

    private async Task SubmitAsync(string name, string options, string script)
    {
        while (true)
        {
            var submission = await cluster.SubmitAsync($"-A {account} {Options(name, options)}", script);
            var job = submission.JobId ?? await FindAsync(name);
            if (job is not null)
            {
                _jobs[name] = (job, options, script);
                break;
            }

            if (submission.Error.Contains("slurm-banking:", StringComparison.Ordinal) || _clock.Elapsed > Patience)
            {
                Problems.Add($"\"{name}\" was not accepted: {submission.Error.Trim()}");
                return;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(500));
        }

        if (name != "waits")
        {
            await reach(Step.Submitted);
        }
    }

    // 16 CPUs × 300 s = 4800 SU on a balance of 2000 must not be let in by anybody who knows the balance.
    private async Task SubmitDearAsync(bool letsIn)
    {
        var dear = await cluster.SubmitAsync($"-A {account} {Options("dear", "-n16 --time=5 --begin=now+1hour")}");
        if (dear.JobId is not { } job)
        {
            return;
        }

        if (!letsIn && (await cluster.MarkAsync(job))?.Amount is not null)
        {
            Problems.Add("the sidecar let a job in that the account can't afford");
        }

        await cluster.SlurmAsync(null, "scancel", job);
    }

    private async Task<string?> FindAsync(string name) => (await RecordsAsync())?.FirstOrDefault(job => job.Name == name)?.JobId;

    private async Task CancelAsync(string name)
    {
        while (
            _jobs.TryGetValue(name, out var job)
            && (await cluster.SlurmAsync("games", "timeout", "10", "scancel", job.Id)).ExitCode != 0
            && _clock.Elapsed < Patience
        )
        {
            await Task.Delay(TimeSpan.FromMilliseconds(500));
        }
    }

    private async Task RequeueAsync()
    {
        SlurmRecord? job = null;
        await UntilAsync(
            "the job to requeue runs",
            jobs => (job = jobs.FirstOrDefault(static job => job is { Name: "again", Ran: true, State: "RUNNING" })) is not null
        );
        if (job is null)
        {
            return;
        }

        await Task.Delay(TimeSpan.FromSeconds(1));
        var from = DateTime.Now;
        await InsistAsync(job.JobId, static job => job.Restarts > 0, "scontrol", "requeue", job.JobId);

        // Slurm counts whole seconds, and both ends of the run may be off by one.
        var (least, most) = ((from - job.Start!.Value).TotalSeconds - 2, (DateTime.Now - job.Start.Value).TotalSeconds + 2);
        EarlierRuns[job.JobId] = (job.Cpus * (decimal)Math.Max(0, least), job.Cpus * (decimal)most);
        await UntilAsync(
            "it waits again",
            static jobs => jobs.Any(static job => job is { Name: "again", State: "PENDING", Restarts: > 0 })
        );
    }

    private async Task InsistAsync(string id, Func<SlurmRecord, bool> isDone, params string[] command)
    {
        while (
            (await cluster.SlurmAsync(null, ["timeout", "10", .. command])).ExitCode != 0
            && (await RecordsAsync())?.Any(job => job.JobId == id && isDone(job)) != true
            && _clock.Elapsed < Patience
        )
        {
            await Task.Delay(TimeSpan.FromMilliseconds(500));
        }
    }

    private async Task UntilAsync(string what, Func<IReadOnlyList<SlurmRecord>, bool> condition)
    {
        while (true)
        {
            if (await RecordsAsync() is { } jobs)
            {
                await ResubmitForgottenAsync(jobs);
                await ReleaseHeldAsync(jobs);
                await HurryRequeuedAsync(jobs);
                if (jobs.Count > 0 && condition(jobs))
                {
                    return;
                }
            }

            if (_clock.Elapsed > Patience)
            {
                Problems.Add($"not within {Patience.TotalSeconds} s: {what}");
                return;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(250));
        }
    }

    private async Task ResubmitForgottenAsync(IReadOnlyList<SlurmRecord> jobs)
    {
        foreach (var (name, job) in _jobs.Where(known => jobs.All(job => job.Name != known.Key)).ToList())
        {
            Forgotten.Add(job.Id);
            _jobs.Remove(name);
            if (name != "waits")
            {
                await SubmitAsync(name, job.Options, job.Script);
            }
        }
    }

    // What an administrator does: slurmctld drains a node that still runs what it has forgotten, and holds what it could not start.
    private async Task ReleaseHeldAsync(IReadOnlyList<SlurmRecord> jobs)
    {
        foreach (var job in jobs.Where(static job => job.IsHeld))
        {
            await cluster.SlurmAsync(null, "timeout", "10", "scontrol", "update", "NodeName=ALL", "State=RESUME");
            await cluster.SlurmAsync(null, "timeout", "10", "scontrol", "release", job.JobId);
        }
    }

    // Slurm makes a requeued job wait for two minutes; a few seconds are enough for its old credential to be forgotten. A slurmctld
    // that is killed before it has saved this forgets it.
    private async Task HurryRequeuedAsync(IReadOnlyList<SlurmRecord> jobs)
    {
        foreach (var job in jobs.Where(static job => job is { State: "PENDING", Restarts: > 0 } && job.Start > DateTime.Now.AddSeconds(20)))
        {
            await cluster.SlurmAsync(null, "timeout", "10", "scontrol", "update", $"JobId={job.JobId}", "StartTime=now+5");
        }
    }
}
