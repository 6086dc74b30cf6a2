using SlurmBanking.Terms;

namespace SlurmBanking.Slurm.Tests;

/// <summary>What a submission is held for, read from the mark in admin_comment; jobs are not let run.</summary>
[Collection(ClusterCollection.Name)]
public sealed class PricingTests(BankedCluster cluster)
{
    private const string Later = "--begin=now+1hour";

    [Theory]
    [InlineData("-n4 -c2 --time=1:00:00", 8_00)] // 8 CPUs × 1 h
    [InlineData("-n3", 3_00)] // no time: DefaultTime 1 h
    [InlineData("--time=1:00:00", 1_00)] // no tasks, no CPUs: 1 CPU
    [InlineData("-c5 --time=1:00:00", 5_00)] // 1 task × 5 CPUs
    [InlineData("-N2 --ntasks-per-node=3 -c2 --time=1:00:00", 12_00)] // 2 × 3 × 2 CPUs
    [InlineData("-N1-2 --ntasks-per-node=2 --time=1:00:00", 4_00)] // the upper end of the range
    [InlineData("-n2 --time=UNLIMITED", 48_00)] // the partition's maximum, 1 day
    [InlineData("-p debug -n1", 1800_00)] // no DefaultTime: MaxTime 30 min × 1 SU/s
    [InlineData("-p normal,long -n2 --time=1:00:00", 4_00)] // the dearest of the list: 2 SU
    [InlineData("-p long -n2 --time=10-00:00:00", 960_00)] // 2 × 240 h × 2 SU
    [InlineData("-p whole -n1 --time=1:00:00", 16_00)] // a node of 16 CPUs is given whole
    [InlineData("-N2 --exclusive --time=1:00:00", 32_00)] // the same by request
    [InlineData("-n1 --time=1:00:00 --array=0-9:3", 4_00)] // tasks 0 3 6 9
    public async Task A_request_is_held_for_the_most_that_it_can_be_granted(string options, long hundredths)
    {
        var account = await cluster.OpenAccountAsync(10_000);
        var job = await cluster.SubmittedAsync($"-A {account} {Later} {options}");
        Assert.Equal(new ServiceUnits(hundredths), (await cluster.MarkAsync(job))?.Amount);

        // The queue, as Slurm understood the request, prices it the same.
        await Task.Delay(TimeSpan.FromSeconds(3));
        var price = new ServiceUnits(10_000_00) - new ServiceUnits(hundredths);
        var tooMuch = await cluster.SubmitAsync($"-A {account} {Later} -n16 --time=20:00:00 --array=1-40");
        Assert.Contains($"; {price} available, {new ServiceUnits(hundredths)} held by 1 job", tooMuch.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-p long -n1", "no time limit is given, and partition long has none: use --time")]
    [InlineData("-p long -n1 --time=UNLIMITED", "no time limit is given, and partition long has none: use --time")]
    [InlineData("-n 131072 -c 32768 --time=1", "it may cost up to 71582788.27 SU (4294967296 CPUs x 0:01:00")] // 2^32 CPUs / 60
    [InlineData("-p debug -n 131072 -c 32768 --time=30", "more than 999999999.99 SU")]
    public async Task What_can_not_be_priced_or_paid_is_refused_with_a_reason(string options, string reason)
    {
        var account = await cluster.OpenAccountAsync(100);
        var submission = await cluster.SubmitAsync($"-A {account} {Later} {options}");
        Assert.Null(submission.JobId);
        Assert.Contains(reason, submission.Error, StringComparison.Ordinal);
        await cluster.AssertSlurmLivesAsync();
    }

    [Fact]
    public async Task Without_an_account_a_job_is_refused_or_charged_to_the_default_account()
    {
        var refused = await cluster.SubmitAsync($"{Later} -n1");
        Assert.Contains("no account is given, and this cluster has no default account", refused.Error, StringComparison.Ordinal);

        var account = await cluster.OpenAccountAsync(100);
        var config = await File.ReadAllTextAsync(cluster.ConfigFile);
        await cluster.ConfigureAsync($"{config}\n[Policy]\ndefault_account = \"{account}\"\n");
        try
        {
            var job = await cluster.SubmittedAsync("-p debug -n1 --time=1", "sleep 2");
            Assert.Equal(await cluster.SettledAsync(account, job), await cluster.ElapsedSecondsAsync(job));
        }
        finally
        {
            await cluster.ConfigureAsync(config);
        }
    }

    [Fact]
    public async Task Unknown_accounts_and_strangers_are_refused_in_the_banks_own_words()
    {
        var unknown = await cluster.SubmitAsync($"-A nosuch {Later} -n1");
        Assert.Null(unknown.JobId);
        Assert.Contains("slurm-banking: ", unknown.Error, StringComparison.Ordinal);
        var account = await cluster.OpenAccountAsync(100);
        Assert.Null((await cluster.SubmitAsync($"-A {account} {Later} -n1", user: "news")).JobId);
    }
}
