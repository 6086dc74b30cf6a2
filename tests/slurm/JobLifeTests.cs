using SlurmBanking.Terms;

namespace SlurmBanking.Slurm.Tests;

/// <summary>What the bank holds after every kind of job that ends well or badly.</summary>
[Collection(ClusterCollection.Name)]
public sealed class JobLifeTests(BankedCluster cluster)
{
    [Fact]
    public async Task A_job_is_held_charged_and_settled_to_what_it_used()
    {
        var account = await cluster.OpenAccountAsync(1000);
        var job = await cluster.SubmittedAsync($"-A {account} -p debug -n2 --time=2", "sleep 3");

        // 2 CPUs × 120 s × 1 SU/s
        Assert.Equal(new ServiceUnits(240_00), (await cluster.MarkAsync(job))?.Amount);
        await cluster.EventuallyAsync(async () => (await cluster.TransfersAsync(account, job)).Length > 0, "the charge");
        Assert.Equal(["charge -240.00"], await cluster.TransfersAsync(account, job));
        Assert.Equal(2 * await SecondsAsync(job, account), await cluster.CostAsync(account, job));
    }

    [Fact]
    public async Task Every_task_of_an_array_is_settled_by_itself()
    {
        var account = await cluster.OpenAccountAsync(1000);
        var job = await cluster.SubmittedAsync($"-A {account} -p debug -n1 --time=1 --array=1-4%2", "sleep 1");

        // 4 tasks × 1 CPU × 60 s
        Assert.Equal(new ServiceUnits(240_00), (await cluster.MarkAsync(job))?.Amount);
        await cluster.EventuallyAsync(
            async () => Settlements(await cluster.BankAsync("statement", account, "--format", "csv")) == 4,
            "4 settlements"
        );
        await NothingIsHeldAsync();
    }

    [Fact]
    public async Task A_job_cancelled_while_pending_gives_its_hold_back_and_costs_nothing()
    {
        var account = await cluster.OpenAccountAsync(100);
        var options = $"-A {account} -p debug -n1 --time=1 --begin=now+1hour";
        var job = await cluster.SubmittedAsync(options);
        Assert.Null((await cluster.SubmitAsync(options)).JobId);
        await cluster.SlurmAsync("games", "scancel", job);
        await cluster.EventuallyAsync(
            async () => (await cluster.SubmitAsync($"{options} --test-only")).Error.Contains("to start", StringComparison.Ordinal),
            "60 of 100 fit again"
        );
        Assert.Null(await cluster.CostAsync(account, job));
    }

    [Fact]
    public async Task A_running_job_that_is_cancelled_costs_what_it_used()
    {
        var account = await cluster.OpenAccountAsync(1000);
        var job = await cluster.SubmittedAsync($"-A {account} -p debug -n3 --time=2", "sleep 100");
        await cluster.EventuallyAsync(async () => (await cluster.TransfersAsync(account, job)).Length > 0, "the charge");
        await cluster.SlurmAsync("games", "scancel", job);
        Assert.Equal(3 * await SecondsAsync(job, account), await cluster.CostAsync(account, job));
    }

    [Fact]
    public async Task Each_run_of_a_requeued_job_is_billed_once()
    {
        var account = await cluster.OpenAccountAsync(1000);
        var job = await cluster.SubmittedAsync($"-A {account} -p debug -n2 --time=2 --requeue", "sleep 5");
        await cluster.EventuallyAsync(async () => (await cluster.TransfersAsync(account, job)).Length > 0, "the charge");
        await Task.Delay(TimeSpan.FromSeconds(2));
        await cluster.SlurmAsync(null, "scontrol", "requeue", job);
        await cluster.EventuallyAsync(async () => await cluster.FieldAsync(job, "JobState") == "PENDING", "it waits again");

        // Slurm makes a requeued job wait for two minutes; a few seconds are enough for its old credential to be forgotten.
        await cluster.SlurmAsync(null, "scontrol", "update", $"JobId={job}", "StartTime=now+5");
        await cluster.EventuallyAsync(async () => await cluster.FieldAsync(job, "JobState") == "COMPLETED", "the second run completes", 90);
        var seconds = await cluster.ElapsedSecondsAsync(job);
        Assert.Equal(2 * seconds, await cluster.SettledAsync(account, $"{job}:1"));
        var first = await cluster.CostAsync(account, job);
        Assert.InRange(first!.Value, 2 * 1, 2 * 5);
        Assert.Equal("settle", (await cluster.TransfersAsync(account, job))[^1].Split(' ')[0]);
    }

    [Fact]
    public async Task Srun_and_salloc_are_charged_like_sbatch()
    {
        var account = await cluster.OpenAccountAsync(1000);
        var srun = await cluster.SlurmAsync("games", "srun", "-A", account, "-p", "debug", "-n2", "--time=1", "sleep", "2");
        Assert.True(srun.ExitCode == 0, srun.Error);
        var salloc = await cluster.SlurmAsync("games", "salloc", "-A", account, "-p", "debug", "-n2", "--time=1", "sleep", "2");
        Assert.True(salloc.ExitCode == 0, salloc.Error);
        await cluster.EventuallyAsync(
            async () => Settlements(await cluster.BankAsync("statement", account, "--format", "csv")) == 2,
            "both are settled"
        );
    }

    [Fact]
    public async Task A_refused_job_changes_nothing_and_is_told_why()
    {
        var account = await cluster.OpenAccountAsync(100);
        var refused = await cluster.SubmitAsync($"-A {account} -n 16 --time=10:00:00");
        Assert.Null(refused.JobId);

        // 16 CPUs × 10 h × 1 SU
        Assert.Contains(
            $"sbatch: error: slurm-banking: account {account} can't afford this job: it may cost up to 160.00 SU (16 CPUs x 10:00:00 x 1 SU/CPU-h); 100.00 available",
            refused.Error,
            StringComparison.Ordinal
        );
        var ours = refused.Printed.Split('\n').TakeWhile(static line => !line.Contains("Batch job", StringComparison.Ordinal));
        Assert.All(ours, static line => Assert.InRange(line.Length, 1, 80));
        Assert.NotNull((await cluster.SubmitAsync($"-A {account} -n 10 --time=10:00:00 --begin=now+1hour")).JobId);
    }

    [Fact]
    public async Task A_test_run_holds_nothing_for_long()
    {
        var account = await cluster.OpenAccountAsync(100);
        var options = $"-A {account} -n 10 --time=6:00:00 --begin=now+1hour";
        Assert.Contains("to start", (await cluster.SubmitAsync($"{options} --test-only")).Error, StringComparison.Ordinal);
        await cluster.EventuallyAsync(async () => (await cluster.SubmitAsync(options)).JobId is not null, "60 of 100 fit again", 20);
    }

    private static int Settlements(string statement) =>
        statement.Split('\n').Count(static line => line.Contains(",settle,", StringComparison.Ordinal));

    private async Task<int> SecondsAsync(string job, string account)
    {
        await cluster.SettledAsync(account, job, 60);
        return await cluster.ElapsedSecondsAsync(job);
    }

    private async Task NothingIsHeldAsync()
    {
        var pending = (await cluster.SlurmAsync(null, "squeue", "-h", "-t", "pending")).Output;
        if (pending.Length == 0)
        {
            await cluster.EventuallyAsync(async () => await cluster.GaugeAsync("slurm_banking_holds_amount") == 0, "no hold is left");
        }
    }
}
