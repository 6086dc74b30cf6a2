using System.Collections.Concurrent;
using System.Diagnostics;
using SlurmBanking.Wire;
using SlurmBanking.Wire.Hooks;

namespace SlurmBanking.Slurm.Tests;

/// <summary>Whatever happens to the sidecar or the bank, slurmctld goes on, and every job is settled in the end.</summary>
[Collection(ClusterCollection.Name)]
public sealed class SurvivalTests(BankedCluster cluster)
{
    [Fact]
    public async Task Jobs_that_ran_while_the_sidecar_was_away_are_settled_when_it_is_back()
    {
        var account = await cluster.OpenAccountAsync(1000);
        await cluster.ServiceAsync("stop", "sidecar");
        string running,
            ended;
        try
        {
            ended = await cluster.SubmittedAsync($"-A {account} -p debug -n2 --time=1", "sleep 1");
            running = await cluster.SubmittedAsync($"-A {account} -p debug -n1 --time=1", "sleep 6");
            var mark = await cluster.MarkAsync(ended);
            Assert.NotNull(mark);
            Assert.Null(mark.Value.Amount);
            await cluster.EventuallyAsync(
                async () => await cluster.FieldAsync(ended, "JobState") == "COMPLETED",
                "the job ends without the sidecar"
            );
        }
        finally
        {
            await cluster.ServiceAsync("start", "sidecar");
        }

        Assert.Equal(2 * await cluster.ElapsedSecondsAsync(ended), await cluster.SettledAsync(account, ended, 60));
        Assert.Equal(await cluster.SettledAsync(account, running, 60), await cluster.ElapsedSecondsAsync(running));
    }

    [Fact]
    public async Task A_start_that_nobody_could_take_waits_in_the_spool()
    {
        var account = await cluster.OpenAccountAsync(1000);
        var spool = Path.Combine(cluster.Directory, "facts");
        await cluster.ServiceAsync("stop", "sidecar");
        string job;
        try
        {
            job = await cluster.SubmittedAsync($"-A {account} -p debug -n1 --time=1", "sleep 8");

            // Ends of jobs before this one may be there too.
            await cluster.EventuallyAsync(() => Task.FromResult(StartsIn(spool).Contains(job)), "slurmstepd leaves a file");
        }
        finally
        {
            await cluster.ServiceAsync("start", "sidecar");
        }

        await cluster.EventuallyAsync(() => Task.FromResult(!Directory.EnumerateFileSystemEntries(spool).Any()), "the sidecar takes it");
        Assert.Equal(await cluster.SettledAsync(account, job, 60), await cluster.ElapsedSecondsAsync(job));
    }

    private static IEnumerable<string> StartsIn(string spool) =>
        Directory
            .EnumerateFiles(spool, "*.frame")
            .Select(static file => Request.Parser.ParseFrom(File.ReadAllBytes(file).AsSpan(Frame.HeaderBytes)))
            .Where(static request => request.BodyCase == Request.BodyOneofCase.Start)
            .Select(static request => $"{request.Start.JobId}");

    [Fact]
    public async Task Killing_the_sidecar_in_the_midst_of_submissions_loses_no_job()
    {
        var account = await cluster.OpenAccountAsync(100_000);
        var jobs = new ConcurrentBag<string>();
        var submitting = Parallel.ForEachAsync(
            Enumerable.Range(0, 30),
            new ParallelOptions { MaxDegreeOfParallelism = 2 },
            async (_, cancellation) =>
            {
                jobs.Add(await cluster.SubmittedAsync($"-A {account} -p debug -n1 --time=1", "sleep 1"));
                await Task.Delay(TimeSpan.FromMilliseconds(250), cancellation);
            }
        );
        while (!submitting.IsCompleted)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(700));
            await cluster.ServiceAsync("kill", "sidecar");
            await cluster.ServiceAsync("start", "sidecar");
        }

        await submitting;
        foreach (var job in jobs)
        {
            Assert.Equal(await cluster.SettledAsync(account, job, 90), await cluster.ElapsedSecondsAsync(job));
            Assert.Single(await cluster.TransfersAsync(account, job), static line => line.StartsWith("settle", StringComparison.Ordinal));
        }

        await cluster.AssertSlurmLivesAsync();
    }

    [Fact]
    public async Task A_frozen_sidecar_costs_a_submission_at_most_one_deadline()
    {
        var account = await cluster.OpenAccountAsync(100_000);
        var config = await File.ReadAllTextAsync(cluster.ConfigFile);
        await cluster.ConfigureAsync(config.Replace(BankedCluster.SidecarSection, "", StringComparison.Ordinal));
        var usual = await MedianAsync(account, 5);
        await cluster.ServiceAsync("freeze", "sidecar");
        var jobs = new List<string>();
        var slowest = TimeSpan.Zero;
        try
        {
            var frozen = Stopwatch.StartNew();
            while (frozen.Elapsed < TimeSpan.FromSeconds(60))
            {
                var submission = await cluster.SubmitAsync($"-A {account} -p debug -n1 --time=1", "sleep 1");
                Assert.True(submission.JobId is not null, submission.Error);
                jobs.Add(submission.JobId!);
                slowest = submission.Took > slowest ? submission.Took : slowest;
                await Task.Delay(TimeSpan.FromSeconds(2));
            }
        }
        finally
        {
            await cluster.ServiceAsync("thaw", "sidecar");
            await cluster.ConfigureAsync(config);
        }

        // decision_deadline 250 ms and 50 ms for the answer; the rest is a busy machine's.
        Assert.InRange((slowest - usual).TotalMilliseconds, 0, 300 + 400);
        await cluster.EventuallyAsync(
            async () =>
                await cluster.BookedAsync(account) is var known && jobs.TrueForAll(job => known.GetValueOrDefault(job)?.Settlements == 1),
            "all are settled",
            120
        );
        var booked = await cluster.BookedAsync(account);
        var records = (await cluster.RecordsAsync(account))!.ToDictionary(static job => job.JobId);
        Assert.Equal(jobs.ConvertAll(job => records[job].CpuSeconds), jobs.ConvertAll(job => booked[job].Cost));

        // With the next submission the plugin tells what it met: a timeout, those that its breaker answered, and for how long.
        await cluster.SubmittedAsync($"-A {account} -p debug -n1 --time=1", "true");
        Assert.InRange(
            await cluster.SeriesAsync("slurm_banking_plugin_unanswered_total", "hook=\"job_submit\"", "outcome=\"timeout\""),
            1,
            jobs.Count
        );
        Assert.InRange(
            await cluster.SeriesAsync("slurm_banking_plugin_unanswered_total", "hook=\"job_submit\"", "outcome=\"resting\""),
            1,
            jobs.Count
        );
        Assert.InRange(await cluster.SeriesAsync("slurm_banking_plugin_breaker_open_time_seconds_total", "hook=\"job_submit\""), 1, 75);
    }

    [Fact]
    public async Task What_the_bank_missed_is_delivered_when_it_is_back()
    {
        var account = await cluster.OpenAccountAsync(1000);
        await cluster.SettledAsync(account, await cluster.SubmittedAsync($"-A {account} -p debug -n1 --time=1", "sleep 1"));
        await cluster.ServiceAsync("kill", "bank");
        string job;
        try
        {
            job = await cluster.SubmittedAsync($"-A {account} -p debug -n1 --time=1", "sleep 1");
            await cluster.EventuallyAsync(
                async () => await cluster.FieldAsync(job, "JobState") == "COMPLETED",
                "the job ends without the bank"
            );
        }
        finally
        {
            await cluster.ServiceAsync("start", "bank");
        }

        Assert.Equal(await cluster.SettledAsync(account, job, 90), await cluster.ElapsedSecondsAsync(job));
        Assert.Contains("the books balance", await cluster.BankAsync("verify"), StringComparison.Ordinal);
    }

    private async Task<TimeSpan> MedianAsync(string account, int submissions)
    {
        var took = new List<TimeSpan>();
        for (var i = 0; i < submissions; i++)
        {
            took.Add((await cluster.SubmitAsync($"-A {account} -p debug -n1 --time=1 --begin=now+1hour")).Took);
        }

        took.Sort();
        return took[took.Count / 2];
    }
}
