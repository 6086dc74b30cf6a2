using System.Globalization;

namespace SlurmBanking.Slurm.Tests.Scenarios;

/// <content>What happens to jobs that run.</content>
public sealed partial class LifeScenarios
{
    // The queue is listed every half minute. Until then the job has 1 CPU less than it is billed for.
    private const decimal MostLate = 31;

    private static readonly TimeSpan AWhile = TimeSpan.FromSeconds(3);

    private async Task<Outcome> SuspendedAsync()
    {
        var job = await _cluster.SubmitAsync("-p work -n2", "sleep 5");
        await _cluster.RunningAsync(job);
        await Task.Delay(TimeSpan.FromSeconds(1));
        await RootAsync("scontrol", "suspend", job);
        await Task.Delay(TimeSpan.FromSeconds(4));
        await RootAsync("scontrol", "resume", job);
        var ended = await _cluster.EndedAsync(job);

        // RunTime is without the time in suspension, of at least 3 of the 4 s by Slurm's clock of whole seconds.
        Assert.InRange(ended.RunSeconds, 1, ended.Seconds - 3);
        return await BilledAsync(2 * ended.RunSeconds, job);
    }

    // Where the epilog takes long the queue is listed meanwhile, and shows the first run's nodes with the second one's restart count.
    private async Task<Outcome> RequeuedAsync(string partition, int cpus)
    {
        var job = await _cluster.SubmitAsync($"-p {partition} -n{cpus} --requeue", "sleep 6");
        var first = await RunForAWhileAsync(job);
        await RootAsync("scontrol", "requeue", job);
        var seconds = await RequeuedAtAsync(job, first);
        var second = await AgainAsync(job);
        return await BilledAsync(cpus * (seconds + second.Seconds), job, $"{job}:1");
    }

    private async Task<Outcome> RequeuedAfterEndAsync()
    {
        var job = await _cluster.SubmitAsync("-p work -n1 --requeue", "sleep 2");
        var first = await _cluster.EndedAsync(job);
        await _cluster.SettledAsync(job);
        await RootAsync("scontrol", "requeue", job);
        var second = await AgainAsync(job);
        return await BilledAsync(first.Seconds + second.Seconds, job, $"{job}:1");
    }

    private async Task<Outcome> RequeueHeldAsync()
    {
        var job = await _cluster.SubmitAsync("-p work -n1 --requeue", "sleep 600");
        var first = await RunForAWhileAsync(job);
        await RootAsync("scontrol", "requeuehold", job);
        var seconds = await RequeuedAtAsync(job, first);
        await _cluster.Cluster.SlurmAsync("games", "scancel", job);
        await _cluster.UntilAsync(job, "is cancelled", static record => record.State == "CANCELLED");
        var outcome = await BilledAsync(seconds, job);
        Assert.False((await _cluster.BookedAsync()).ContainsKey($"{job}:1"));
        return outcome;
    }

    private async Task<Outcome> CancelledInEpilogAsync()
    {
        var job = await _cluster.SubmitAsync("-p untidy -n1 --requeue", "sleep 600");
        await RunForAWhileAsync(job);
        await RootAsync("scontrol", "requeue", job);
        await _cluster.UntilAsync(job, "is cleaned up after", static record => record is { State: "COMPLETING", Restarts: 1 });
        await _cluster.Cluster.SlurmAsync("games", "scancel", job);
        await _cluster.UntilAsync(job, "is cancelled", static record => record.State == "CANCELLED");

        // One listing later it would have been billed.
        await Task.Delay(TimeSpan.FromSeconds((double)MostLate));
        var outcome = await BilledAsync((decimal)await RowAsync(job, "REQUEUED"), job);
        Assert.False((await _cluster.BookedAsync()).ContainsKey($"{job}:1"));
        return outcome;
    }

    private async Task<Outcome> PreemptedAsync()
    {
        var low = await _cluster.SubmitAsync("-p low -n16 --requeue", "sleep 5");
        var first = await RunForAWhileAsync(low);
        var high = await _cluster.SubmitAsync("-p high -n16", "sleep 2");
        var winner = await _cluster.EndedAsync(high);

        // It made room in the moment in which the other started, as Slurm's accounting has it.
        var preempted = await RowAsync(low, "PREEMPTED");
        Assert.InRange(preempted, 2, (winner.Start!.Value - first.Start!.Value).TotalSeconds);
        var second = await AgainAsync(low);
        return await BilledAsync(16 * ((decimal)preempted + second.Seconds + winner.Seconds), low, $"{low}:1", high);
    }

    // Both at once, since the node fails for both.
    private Task<Outcome> NodeFailureAsync(bool requeue)
    {
        lock (_scenarios)
        {
            _failure ??= FailAsync();
        }

        return requeue ? RequeuedByFailureAsync() : FailedAsync();
    }

    private Task<(string Lost, string Requeued)>? _failure;

    private async Task<(string Lost, string Requeued)> FailAsync()
    {
        var lost = await _cluster.SubmitAsync("-p frail -n2", "sleep 600");
        var requeued = await _cluster.SubmitAsync("-p frail -n1 --requeue", "[ $SLURM_RESTART_COUNT ] && sleep 3 || sleep 600");

        // What was never charged needs no refund, and nothing of it shows at the bank.
        await _cluster.ChargedAsync(lost);
        await _cluster.ChargedAsync(requeued);
        await RootAsync("scontrol", "update", "NodeName=n3", "State=DOWN", "Reason=test");
        await Task.Delay(AWhile);
        await _cluster.Cluster.SlurmAsync(null, "scontrol", "update", "NodeName=n3", "State=RESUME");
        return (lost, requeued);
    }

    private async Task<Outcome> FailedAsync()
    {
        var (job, _) = await _failure!;
        Assert.Equal("NODE_FAIL", (await _cluster.EndedAsync(job)).State);
        return await BilledAsync(0, job);
    }

    private async Task<Outcome> RequeuedByFailureAsync()
    {
        var (_, job) = await _failure!;
        var second = await AgainAsync(job);
        return await BilledAsync(second.Seconds, job, $"{job}:1");
    }

    private async Task<Outcome> ResizedAsync()
    {
        var job = await _cluster.SubmitAsync("-p work -N2 -n2", "sleep 8");
        await RunForAWhileAsync(job);
        await RootAsync("scontrol", "update", $"JobId={job}", "NumNodes=1");
        var ended = await _cluster.EndedAsync(job);
        Assert.Equal(1, ended.Cpus);
        var resized = (decimal)await RowAsync(job, "RESIZING");
        var outcome = await BilledAsync((2 * resized) + (ended.Seconds - resized), job);
        return await _cluster.RecordsAreReadAsync() ? outcome : outcome with { Late = MostLate };
    }

    private async Task<Outcome> ScrontabAsync()
    {
        var table = $"#SCRON -J cron -A {_cluster.Account} -p work -n1 --time=1 -o /dev/null\n* * * * * sleep 2\n";
        var file = Path.Combine(_cluster.Cluster.Directory, "crontab");
        await File.WriteAllTextAsync(file, table);
        var installed = await _cluster.Cluster.SlurmAsync("games", "scrontab", file);
        Assert.True(installed.ExitCode == 0, installed.Error);
        var job = (await _cluster.Cluster.SlurmAsync("games", "squeue", "--noheader", "--name=cron", "--format=%i")).Output.Trim();

        // Each run is a run of the same job: it is queued again when it has ended.
        await _cluster.UntilAsync(job, "has run twice", static record => record is { State: "PENDING", Restarts: 2 }, 200);
        await _cluster.Cluster.SlurmAsync("games", "scrontab", "-r");
        var rows = await RowsAsync(job, "REQUEUED");
        Assert.Equal(2, rows.Count);
        return await BilledAsync((decimal)rows.Sum(), job, $"{job}:1");
    }

    private async Task<SlurmRecord> RunForAWhileAsync(string job)
    {
        var run = await _cluster.RunningAsync(job);
        await Task.Delay(AWhile);
        return run;
    }

    // What a run that was requeued had, by Slurm's accounting.
    private async Task<decimal> RequeuedAtAsync(string job, SlurmRecord run)
    {
        await _cluster.UntilAsync(job, "waits again", static record => record is { State: "PENDING", Restarts: 1 });
        var seconds = await RowAsync(job, "REQUEUED");
        Assert.InRange(seconds, 1, (DateTime.Now - run.Start!.Value).TotalSeconds);
        return (decimal)seconds;
    }

    // Slurm lets a requeued job wait for two minutes, or not at all.
    private async Task<SlurmRecord> AgainAsync(string job)
    {
        var again = await _cluster.UntilAsync(job, "is queued again", static record => record is { Restarts: 1, State: not "COMPLETING" });
        if (again.State == "PENDING")
        {
            await _cluster.Cluster.SlurmAsync(null, "scontrol", "update", $"JobId={job}", "StartTime=now+3");
        }

        return await _cluster.UntilAsync(job, "ends again", static record => record is { Ended: true, Restarts: 1 });
    }

    private async Task<double> RowAsync(string job, string state)
    {
        IReadOnlyList<double> rows = [];
        await _cluster.Cluster.EventuallyAsync(
            async () => (rows = await RowsAsync(job, state)).Count == 1,
            $"accounting has one row {state} of {job}",
            60
        );
        return rows[0];
    }

    /// <summary>Seconds between start and end of a job's rows in Slurm's accounting.</summary>
    private async Task<IReadOnlyList<double>> RowsAsync(string job, string state)
    {
        string[] command = ["sacct", "-D", "-X", "-n", "-P", "-j", job, "--format=State,Start,End"];
        return
        [
            .. (await _cluster.Cluster.SlurmAsync(null, command))
                .Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(static line => line.Split('|'))
                .Where(fields => fields[0] == state)
                .Select(static fields => (Time(fields[2]) - Time(fields[1])).TotalSeconds),
        ];
    }

    private static DateTime Time(string text) => DateTime.Parse(text, CultureInfo.InvariantCulture);

    private async Task RootAsync(params string[] command)
    {
        var result = await _cluster.Cluster.SlurmAsync(null, command);
        Assert.True(result.ExitCode == 0, $"{string.Join(' ', command)}: {result.Error}");
    }
}
