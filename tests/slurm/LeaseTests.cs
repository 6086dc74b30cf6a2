namespace SlurmBanking.Slurm.Tests;

/// <summary>
/// Two real clusters, each with a sidecar of its own, and one bank: what they accept from one account never passes what it has, and all
/// of it can be spent on either.
/// </summary>
public sealed class LeaseTests : IAsyncLifetime
{
    private const int LeaseSeconds = 8;

    // 10 CPUs × 6 h × 1 SU; none starts.
    private const string Job = "-n10 --time=6:00:00 --begin=now+1hour";
    private readonly BankedCluster _first = Cluster("first");
    private readonly BankedCluster _second = Cluster("second");

    public async ValueTask InitializeAsync()
    {
        await _first.InitializeAsync();
        await _second.InitializeAsync();
        var config = await File.ReadAllTextAsync(_second.ConfigFile);
        foreach (var variable in new[] { "BANK_URL", "BANK_TOKEN" })
        {
            config = config.Replace(_second.Variables[variable]!, _first.Variables[variable]!, StringComparison.Ordinal);
        }

        await _second.ConfigureAsync(config);
    }

    public async ValueTask DisposeAsync()
    {
        await _second.DisposeAsync();
        await _first.DisposeAsync();
    }

    [Fact]
    public async Task All_of_an_account_is_spent_once_by_whoever_has_jobs()
    {
        // 40 submissions of 60 on 1000, half of them on each cluster: 16 fit. Who has never been heard of may be let in by policy.
        var account = await _first.OpenAccountAsync(1000);
        foreach (var cluster in new[] { _first, _second })
        {
            await cluster.SubmitAsync($"-A {account} -n1 --time=1 --begin=now+1hour --test-only");
            await cluster.EventuallyAsync(async () => await cluster.GaugeAsync("slurm_banking_leases_open") == 1, "it has a lease");
        }

        var accepted = new List<(BankedCluster Cluster, string JobId)>();
        var refused = new List<BankedCluster>();
        await Parallel.ForEachAsync(
            Enumerable.Range(0, 40),
            new ParallelOptions { MaxDegreeOfParallelism = 8 },
            async (number, _) =>
            {
                var cluster = number % 2 == 0 ? _first : _second;
                var submission = await cluster.SubmitAsync($"-A {account} {Job}");
                lock (accepted)
                {
                    if (submission.JobId is { } job)
                    {
                        accepted.Add((cluster, job));
                    }
                    else
                    {
                        Assert.Contains("can't afford this job", submission.Error, StringComparison.Ordinal);
                        refused.Add(cluster);
                    }
                }
            }
        );
        Assert.InRange(accepted.Count, 1, 16);

        // Who was refused tries again: nothing stays stuck with a cluster that has no use for it.
        var tries = new Queue<BankedCluster>(refused);
        await _first.EventuallyAsync(
            async () =>
            {
                var cluster = tries.Dequeue();
                tries.Enqueue(cluster);
                if ((await cluster.SubmitAsync($"-A {account} {Job}")).JobId is { } job)
                {
                    accepted.Add((cluster, job));
                }

                return accepted.Count >= 16;
            },
            "16 jobs are accepted",
            120
        );
        foreach (var cluster in new[] { _first, _second, _first, _second })
        {
            Assert.Null((await cluster.SubmitAsync($"-A {account} {Job}")).JobId);
            await Task.Delay(TimeSpan.FromSeconds(2));
        }

        // What a cancelled job gives back is for either of them.
        var (owner, cancelled) = accepted[^1];
        var other = owner == _first ? _second : _first;
        await owner.SlurmAsync("games", "scancel", cancelled);
        await other.EventuallyAsync(
            async () => (await other.SubmitAsync($"-A {account} {Job}")).JobId is not null,
            "the other cluster has it",
            60
        );
        Assert.Null((await owner.SubmitAsync($"-A {account} {Job}")).JobId);

        // 16 × 60.00 are held, and what is left is less than a job: the bank knows all of it.
        await _first.EventuallyAsync(
            async () => await HeldAsync(account, "first") + await HeldAsync(account, "second") == 960,
            "the bank knows what is held",
            30
        );
        Assert.Contains("the books balance", await _first.BankAsync("verify"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cluster_that_dies_gives_back_what_covers_no_job_and_keeps_what_does()
    {
        var account = await _first.OpenAccountAsync(1000);
        await _first.SubmittedAsync($"-A {account} {Job}");
        await _first.SubmittedAsync($"-A {account} {Job}");
        await _first.EventuallyAsync(async () => await HeldAsync(account, "first") == 120, "the bank knows what is held", 30);
        await _first.ServiceAsync("kill", "sidecar");

        // 1000.00 less 2 × 60.00: 14 more.
        var accepted = 0;
        await _second.EventuallyAsync(
            async () => (accepted += (await _second.SubmitAsync($"-A {account} {Job}")).JobId is null ? 0 : 1) >= 14,
            "the other cluster has all the rest",
            120
        );
        await Task.Delay(TimeSpan.FromSeconds(2 * LeaseSeconds));
        Assert.Null((await _second.SubmitAsync($"-A {account} {Job}")).JobId);
        Assert.Equal(120, await HeldAsync(account, "first"));

        // Back again, it has what its jobs need and no more.
        await _first.ServiceAsync("start", "sidecar");
        await _first.EventuallyAsync(
            async () =>
                await _first.GaugeAsync("slurm_banking_leases_open") >= 1 && await _first.GaugeAsync("slurm_banking_holds_open") == 2,
            "the first cluster leases again",
            60
        );
        Assert.Null((await _first.SubmitAsync($"-A {account} {Job}")).JobId);
        Assert.Equal(0, await _first.GaugeAsync("slurm_banking_leases_uncovered"));
    }

    // As the cluster last told.
    private async Task<decimal> HeldAsync(string account, string cluster)
    {
        using var client = new HttpClient();
        client.DefaultRequestHeaders.Add("Authorization", $"Token {_first.Variables["BANK_TOKEN"]}");
        var shown = await client.GetStringAsync(new Uri($"{_first.Variables["BANK_URL"]}/v1/accounts/{account}/leases"));
        using var leases = System.Text.Json.JsonDocument.Parse(shown);
        return leases
            .RootElement.GetProperty("results")
            .EnumerateArray()
            .Where(lease => lease.GetProperty("cluster").GetString() == cluster && lease.GetProperty("userid").GetString() is null)
            .Sum(static lease => decimal.Parse(lease.GetProperty("held").GetString()!, System.Globalization.CultureInfo.InvariantCulture));
    }

    private static BankedCluster Cluster(string name) =>
        new()
        {
            Settings =
            [
                ("BANK_LEASE_SECONDS", $"{LeaseSeconds}"),
                ("CONFIG_EXTRA", $"{BankedCluster.SidecarSection}cluster = \"{name}\"\njob_id_format = \"{{cluster}}-{{job_id}}\"\n"),
            ],
        };
}
