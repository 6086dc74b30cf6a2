namespace SlurmBanking.Slurm.Tests;

/// <summary>A plain job, an array, one that is cancelled while it runs and one while it waits, on an account of their own.</summary>
public sealed class OrdinaryJobs(BankedCluster cluster)
{
    public async Task AreBilledAsync()
    {
        var account = await cluster.OpenAccountAsync(1000);
        var waits = await cluster.SubmittedAsync($"-A {account} -p debug -n1 --time=1 --begin=now+1hour");
        var plain = await cluster.SubmittedAsync($"-A {account} -p debug -n2 --time=1", "sleep 2");
        var array = await cluster.SubmittedAsync($"-A {account} -p debug -n1 --time=1 --array=1-2", "sleep 2");
        var cancelled = await cluster.SubmittedAsync($"-A {account} -p debug -n3 --time=1", "sleep 50");
        await cluster.EventuallyAsync(async () => await cluster.FieldAsync(cancelled, "JobState") == "RUNNING", "the last job runs");
        await Task.Delay(TimeSpan.FromSeconds(2));
        await cluster.SlurmAsync("games", "scancel", cancelled, waits);

        // Until the queue is listed again, every half minute, nothing may tell.
        Assert.Equal(await cluster.SettledAsync(account, plain, 75), 2 * await cluster.ElapsedSecondsAsync(plain));
        Assert.Equal(await cluster.SettledAsync(account, cancelled, 75), 3 * await cluster.ElapsedSecondsAsync(cancelled));
        foreach (var task in await TasksAsync(array))
        {
            Assert.Equal(await cluster.SettledAsync(account, task, 75), await cluster.ElapsedSecondsAsync(task));
        }

        Assert.Null(await cluster.CostAsync(account, waits));

        // 1000 SU less what was used: nothing is held and nothing else was booked.
        var left = 1000 - await UsedAsync(account);
        await cluster.EventuallyAsync(
            async () =>
                (await cluster.SubmitAsync($"-A {account} -p debug -n16 --time=2")).Error.Contains(
                    $"{left:0.00} available\n",
                    StringComparison.Ordinal
                ),
            $"{left} are available",
            75
        );
    }

    /// <summary>The jobs that an array's tasks have become.</summary>
    private async Task<List<string>> TasksAsync(string array) =>
        [
            .. (await cluster.SlurmAsync(null, "squeue", "--noheader", "--states=all", "--array", $"--job={array}", "--format=%A"))
                .Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Distinct(StringComparer.Ordinal),
        ];

    private async Task<decimal> UsedAsync(string account) =>
        (await cluster.BankAsync("statement", account, "--format", "csv"))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Skip(1)
            .Select(static line => line.Split(','))
            .Where(static fields => fields[2].Length > 0)
            .Sum(static fields => -decimal.Parse(fields[4], System.Globalization.CultureInfo.InvariantCulture));
}
