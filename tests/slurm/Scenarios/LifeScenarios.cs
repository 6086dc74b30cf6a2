using System.Collections.Concurrent;
using System.Globalization;

namespace SlurmBanking.Slurm.Tests.Scenarios;

/// <summary>
/// How jobs start, change and end, and what each must have cost: CPUs × seconds that Slurm itself records × 1 SU, unless the scenario
/// says otherwise. All run at the same time, on partitions where they don't meet.
/// </summary>
public sealed partial class LifeScenarios
{
    private readonly ScenarioCluster _cluster;
    private readonly Dictionary<string, Func<Task<Outcome>>> _scenarios;
    private readonly ConcurrentDictionary<string, Task<Outcome>> _running = new(StringComparer.Ordinal);

    public LifeScenarios(ScenarioCluster cluster)
    {
        _cluster = cluster;
        _scenarios = new(StringComparer.Ordinal)
        {
            ["sbatch -n2 -c2: 4 CPUs"] = () => PlainAsync("-p work -n2 -c2", 4),
            ["sbatch that fails: 3 CPUs"] = () => PlainAsync("-p work -n3", 3, "sleep 2; exit 3", "FAILED"),
            ["2 nodes, 3 steps, --ntasks-per-node=2: 4 CPUs, one charge"] = () =>
                PlainAsync("-p work -N2 --ntasks-per-node=2", 4, "srun true; srun true; srun sleep 2"),
            ["--exclusive: a node's 16 CPUs"] = () => PlainAsync("-p spare -n1 --exclusive", 16),
            ["a partition that gives whole nodes: 16 CPUs"] = () => PlainAsync("-p solo -n1", 16),
            ["--mem-per-cpu=2500 where 1000 are the most: 3 CPUs"] = () => PlainAsync("-p mem -n1 --mem-per-cpu=2500", 3),
            ["--gres=gpu:2, 1 CPU, 1 GiB: 1 + 20 + 1"] = () => PlainAsync("-p gpu -n1 --mem=1G --gres=gpu:2", 22),
            ["--gpus=1, 1 CPU, 1 GiB: 1 + 10 + 1"] = () => PlainAsync("-p gpu -n1 -N1 --mem=1G --gpus=1", 12),
            ["--gpus-per-node=1 on 2 nodes: 2 × (1 + 10 + 1)"] = () => PlainAsync("-p gpu -N2 -n2 --mem=1G --gpus-per-node=1", 24),
            ["--gpus-per-task=1, 2 tasks on a node, 1 GiB: 2 + 20 + 1"] = () => PlainAsync("-p gpu -N1 -n2 --mem=1G --gpus-per-task=1", 23),
            ["--qos=high: 2 CPUs × 2"] = () => PlainAsync("-p work -n2 --qos=high", 4),
            ["licenses: 1 CPU"] = () => PlainAsync("-p work -n1 -L matlab:2", 1),
            ["the association's QOS, low: 4 CPUs × 0.5"] = () => DefaultQosAsync(),
            ["no account: the user's default pays for 2 CPUs"] = () => DefaultAccountAsync(),
            ["srun -n2: 2 CPUs"] = () => SrunAsync(),
            ["salloc, with two steps: 2 CPUs"] = () => SallocAsync("srun sleep 1; srun sleep 1"),
            ["salloc without any step: 2 CPUs"] = () => SallocAsync("sleep 3"),
            ["REST submission: 2 CPUs"] = () => RestAsync(),
            ["array --array=1-4%2: each task 1 CPU"] = () => ArrayAsync("--array=1-4%2", 4),
            ["array --array=0-6:3: each task 1 CPU"] = () => ArrayAsync("--array=0-6:3", 3),
            ["array of 3, one task cancelled while it runs"] = () => CancelledTaskAsync(),
            ["het job: 1 CPU and 2 CPUs"] = () => HetAsync(),
            ["cancelled while it runs: 3 CPUs"] = () => CancelledAsync(),
            ["suspended for 4 s and resumed: 2 CPUs, without that time"] = () => SuspendedAsync(),
            ["requeued while it runs: both runs, 2 CPUs"] = () => RequeuedAsync("work", 2),
            ["requeued after its end: both runs, 1 CPU, the first once"] = () => RequeuedAfterEndAsync(),
            ["requeued, held and cancelled: its only run, 1 CPU"] = () => RequeueHeldAsync(),
            ["requeued, with an epilog of 35 s: both runs, 1 CPU"] = () => RequeuedAsync("untidy", 1),
            ["requeued, and cancelled in an epilog of 35 s: its only run, 1 CPU"] = () => CancelledInEpilogAsync(),
            ["preempted and requeued by another: both runs, 16 CPUs, and the other, 16 CPUs"] = () => PreemptedAsync(),
            ["node fails: refunded"] = () => NodeFailureAsync(requeue: false),
            ["node fails, requeued: that run refunded, the next 1 CPU"] = () => NodeFailureAsync(requeue: true),
            ["resized from 2 nodes to 1: 2 CPUs, then 1"] = () => ResizedAsync(),
            ["time limit of a minute passed: 2 CPUs"] = () => PlainAsync("-p work -n2 --time=1", 2, "sleep 600", "TIMEOUT"),
            ["killed for using more memory than it asked for: 1 CPU"] = () =>
                PlainAsync("-p work -n1 --mem=20", 1, "head -c 200M /dev/zero | tail | sleep 60", "FAILED", "OUT_OF_MEMORY"),
            ["a dependency that can't be met: nothing, and 1 CPU for what it waited for"] = () => NeverStartedAsync(),
        };

        // Debian 12's packages have no scrontab.
        if (File.Exists("/usr/bin/scrontab"))
        {
            _scenarios["scrontab, every minute, two runs: 1 CPU each"] = () => ScrontabAsync();
        }
    }

    public static IReadOnlyList<string> Names { get; } = [.. new LifeScenarios(null!)._scenarios.Keys];

    /// <summary>Begins all that have not begun, and waits for one.</summary>
    public Task<Outcome> OutcomeAsync(string name)
    {
        foreach (var (each, run) in _scenarios)
        {
            _ = _running.GetOrAdd(each, _ => Task.Run(run));
        }

        return _running[name];
    }

    private static string Next(string job) => $"{int.Parse(job, CultureInfo.InvariantCulture) + 1}";

    private async Task<Outcome> BilledAsync(decimal expected, params string[] runs)
    {
        var actual = 0m;
        foreach (var run in runs)
        {
            actual += await _cluster.SettledAsync(run);
        }

        return new Outcome(expected, actual);
    }

    private async Task<Outcome> PlainAsync(string options, decimal perSecond, string script = "sleep 3", params string[] states)
    {
        var job = await _cluster.SubmitAsync(options, script);
        var ended = await _cluster.EndedAsync(job);
        Assert.Contains(ended.State, states.Length == 0 ? ["COMPLETED"] : states);
        return await BilledAsync(perSecond * ended.Seconds, job);
    }

    private async Task<Outcome> DefaultQosAsync()
    {
        var job = await _cluster.Cluster.SubmittedAsync($"-A {_cluster.QosAccount} -p work -n4 --time=2", "sleep 3");
        return await BilledAsync(4 * 0.5m * (await _cluster.EndedAsync(job)).Seconds, job);
    }

    private async Task<Outcome> DefaultAccountAsync()
    {
        var job = await _cluster.Cluster.SubmittedAsync("-p work -n2 --time=2", "sleep 3");
        var ended = await _cluster.EndedAsync(job);
        Assert.Equal(_cluster.DefaultAccount, ended.Account);
        return await BilledAsync(2 * ended.Seconds, job);
    }

    private async Task<Outcome> SrunAsync()
    {
        var ran = await _cluster.Cluster.SlurmAsync(
            "games",
            ["srun", "-A", _cluster.Account, "-p", "work", "-n2", "--time=2", "sh", "-c", "sleep 2; echo $SLURM_JOB_ID"]
        );
        Assert.True(ran.ExitCode == 0, ran.Error);
        var job = ran.Output.Split('\n')[0];
        return await BilledAsync(2 * (await _cluster.EndedAsync(job)).Seconds, job);
    }

    private async Task<Outcome> SallocAsync(string script)
    {
        var ran = await _cluster.Cluster.SlurmAsync(
            "games",
            ["salloc", "-A", _cluster.Account, "-p", "work", "-n2", "--time=2", "sh", "-c", $"{script}; echo $SLURM_JOB_ID"]
        );
        Assert.True(ran.ExitCode == 0, ran.Error);
        var job = ran.Output.Trim();
        return await BilledAsync(2 * (await _cluster.EndedAsync(job)).Seconds, job);
    }

    private async Task<Outcome> RestAsync()
    {
        var job = await new RestSubmission(_cluster.Cluster).SubmitAsync(_cluster.Account, "work", 2, "sleep 3");
        return await BilledAsync(2 * (await _cluster.EndedAsync(job)).Seconds, job);
    }

    private async Task<Outcome> ArrayAsync(string array, int tasks)
    {
        var job = await _cluster.SubmitAsync($"-p work -n1 {array}", "sleep 2");
        return await TasksBilledAsync(await TasksAsync(job, tasks));
    }

    private async Task<Outcome> CancelledTaskAsync()
    {
        var job = await _cluster.SubmitAsync("-p work -n1 --array=1-3", "[ $SLURM_ARRAY_TASK_ID != 2 ] && sleep 2 || sleep 60");
        await _cluster.Cluster.EventuallyAsync(
            async () => (await _cluster.RecordsAsync()).Count(record => record.ArrayJobId == job && record.Ran) == 3,
            "all tasks have started",
            60
        );
        await Task.Delay(AWhile);
        await _cluster.Cluster.SlurmAsync("games", "scancel", $"{job}_2");
        return await TasksBilledAsync(await TasksAsync(job, 3));
    }

    private async Task<Outcome> TasksBilledAsync(IReadOnlyList<SlurmRecord> tasks) =>
        await BilledAsync(tasks.Sum(static task => task.Seconds), [.. tasks.Select(static task => task.JobId)]);

    private async Task<IReadOnlyList<SlurmRecord>> TasksAsync(string array, int count)
    {
        IReadOnlyList<SlurmRecord> tasks = [];
        await _cluster.Cluster.EventuallyAsync(
            async () =>
            {
                tasks = [.. (await _cluster.RecordsAsync()).Where(record => record.ArrayJobId == array && record.Ended)];
                return tasks.Count == count;
            },
            $"{count} tasks of {array} have ended",
            90
        );
        return tasks;
    }

    private async Task<Outcome> HetAsync()
    {
        var job = await _cluster.SubmitHetAsync("-p work --time=2", "-n1", "-n2", "sleep 3");
        var (first, second) = (await _cluster.EndedAsync(job), await _cluster.EndedAsync(Next(job)));
        return await BilledAsync(first.Seconds + (2 * second.Seconds), job, Next(job));
    }

    private async Task<Outcome> CancelledAsync()
    {
        var job = await _cluster.SubmitAsync("-p work -n3", "sleep 600");
        await _cluster.RunningAsync(job);
        await Task.Delay(TimeSpan.FromSeconds(2));
        await _cluster.Cluster.SlurmAsync("games", "scancel", job);
        return await BilledAsync(3 * (await _cluster.EndedAsync(job)).Seconds, job);
    }

    private async Task<Outcome> NeverStartedAsync()
    {
        var failing = await _cluster.SubmitAsync("-p work -n1", "sleep 2; exit 1");
        var job = await _cluster.SubmitAsync($"-p work -n1 --dependency=afterok:{failing} --kill-on-invalid-dep=yes", "sleep 3");
        var (ran, never) = (await _cluster.EndedAsync(failing), await _cluster.EndedAsync(job));
        Assert.False(never.Ran);
        var outcome = await BilledAsync(ran.Seconds, failing);
        Assert.False((await _cluster.BookedAsync()).ContainsKey(job));
        return outcome;
    }
}
