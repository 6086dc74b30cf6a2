using System.Globalization;

namespace SlurmBanking.Slurm.Tests;

/// <summary>However many submissions come at once, together they never pass the balance.</summary>
[Collection(ClusterCollection.Name)]
public sealed class ConcurrencyTests(BankedCluster cluster)
{
    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(20)]
    public async Task Of_20_submissions_of_60_on_a_balance_of_100_exactly_one_is_accepted(int clients)
    {
        var account = await cluster.OpenAccountAsync(100);
        var accepted = 0;
        await Parallel.ForEachAsync(
            Enumerable.Range(0, 20),
            new ParallelOptions { MaxDegreeOfParallelism = clients },
            async (_, _) =>
            {
                // 10 CPUs × 6 h × 1 SU
                var submission = await cluster.SubmitAsync($"-A {account} -n10 --time=6:00:00 --begin=now+1hour");
                Interlocked.Add(ref accepted, submission.JobId is null ? 0 : 1);
            }
        );
        Assert.Equal(1, accepted);
    }

    [Fact]
    public async Task Of_20_submissions_of_60_on_a_balance_of_100_none_is_accepted_without_sidecar_under_deny()
    {
        var account = await cluster.OpenAccountAsync(100);
        var config = await File.ReadAllTextAsync(cluster.ConfigFile);
        await cluster.ConfigureAsync(config + "\n[Policy]\nwhen_sidecar_unavailable = \"deny\"\n");
        try
        {
            await LearnAsync(account);
            await cluster.ServiceAsync("stop", "sidecar");
            Assert.Equal([], await SubmitAsync(account));
            Assert.Equal("", (await cluster.SlurmAsync(null, "squeue", "--noheader", $"--account={account}")).Output);
        }
        finally
        {
            await cluster.ConfigureAsync(config);
            await cluster.ServiceAsync("start", "sidecar");
        }
    }

    [Fact]
    public async Task Of_20_submissions_of_60_on_a_balance_of_100_all_are_accepted_without_sidecar_under_allow_and_billed_once()
    {
        var account = await cluster.OpenAccountAsync(100);
        await LearnAsync(account);
        await cluster.ServiceAsync("stop", "sidecar");
        List<string> jobs;
        try
        {
            jobs = await SubmitAsync(account);
        }
        finally
        {
            await cluster.ServiceAsync("start", "sidecar");
        }

        Assert.Equal(20, jobs.Count);

        // 20 × 60 SU, held before the first of them starts.
        await cluster.EventuallyAsync(
            async () =>
                (await cluster.SubmitAsync($"-A {account} -p debug -n1 --time=1")).Error.Contains(
                    "held by 20 jobs",
                    StringComparison.Ordinal
                ),
            "all are adopted and held",
            20
        );
        Assert.InRange(await cluster.GaugeAsync("slurm_banking_jobs_let_in"), 20, 1000);
        foreach (var job in jobs)
        {
            var seconds = await cluster.SettledAsync(account, job, 90);
            Assert.Equal(await cluster.ElapsedSecondsAsync(job), seconds);

            // 1 CPU × 60 s, once: of what is booked only charges, whole or beyond the balance in two parts, take something away.
            var amounts = (await cluster.TransfersAsync(account, job))
                .Select(static line => decimal.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture))
                .ToList();
            Assert.Equal(-60, amounts.Where(static amount => amount < 0).Sum());
        }
    }

    [Fact]
    public async Task A_loop_of_100_test_runs_holds_nothing_10_s_after_the_last()
    {
        var account = await cluster.OpenAccountAsync(100);
        for (var i = 0; i < 100; i++)
        {
            // 1 CPU × 1 h × 1 SU: together the whole balance.
            var test = await cluster.SubmitAsync($"-A {account} -n1 --time=1:00:00 --begin=now+1hour --test-only");
            Assert.Contains("to start", test.Error, StringComparison.Ordinal);
        }

        await cluster.EventuallyAsync(
            async () => (await cluster.SubmitAsync($"-A {account} -n10 --time=10:00:00 --begin=now+1hour")).JobId is not null,
            "a job of 100 SU fits on 100 SU",
            10
        );
    }

    // What the plugin does without a sidecar it was told when it last met one.
    private Task LearnAsync(string account) =>
        cluster.EventuallyAsync(
            async () =>
                (await cluster.SubmitAsync($"-A {account} -p debug -n1 --time=1 --begin=now+1hour")).JobId is { } job
                && (await cluster.SlurmAsync("games", "scancel", job)).ExitCode == 0,
            "the plugin asks the sidecar"
        );

    private async Task<List<string>> SubmitAsync(string account)
    {
        var jobs = new List<string>();
        for (var i = 0; i < 20; i++)
        {
            var submission = await cluster.SubmitAsync($"-A {account} -p debug -n1 --time=1 --begin=now+25", "sleep 1");
            if (submission.JobId is { } job)
            {
                jobs.Add(job);
            }
        }

        return jobs;
    }
}
