namespace SlurmBanking.Slurm.Tests;

/// <summary>Every query of the dashboards gives something on a cluster that works, in a real Prometheus.</summary>
[Collection(ClusterCollection.Name)]
public sealed class DashboardTests(BankedCluster cluster)
{
    /// <summary>What needs an operator, or a sidecar on nodes, or a certificate: this cluster has none of them.</summary>
    private static readonly string[] Elsewhere =
    [
        "slurm_banking_operator_",
        "slurm_banking_certificate_remaining_seconds",
        "slurm_banking_starts_kept",
    ];

    /// <summary>What a cluster may never see: a counter has no series before it first counts.</summary>
    private static readonly string[] MayNeverHappen =
    [
        "answer=\"observe\"",
        "slurm_banking_calls_refused_total",
        "slurm_banking_peers_unauthorized_total",
        "slurm_banking_frames_bad_total",
        "slurm_banking_loop_failures_total",
        "slurm_banking_jobs_unbillable_total",
        "slurm_banking_runs_end_unknown_total",
    ];

    public static TheoryData<string> Dashboards => ["on-call", "admin", "allocations"];

    [Theory]
    [MemberData(nameof(Dashboards))]
    public async Task Every_query_has_data(string dashboard)
    {
        var files = Path.Combine(BankedCluster.Root, "charts/slurm-banking/files");
        var queries = RunningPrometheus
            .QueriesOf(Path.Combine(files, $"dashboards/slurm-banking-{dashboard}.json"))
            .Where(static query => !Elsewhere.Concat(MayNeverHappen).Any(part => query.Contains(part, StringComparison.Ordinal)))
            .ToList();
        Assert.True(queries.Count >= 6, $"{queries.Count} queries are left");
        using var prometheus = new RunningPrometheus(
            Path.Combine(files, "alerts.yaml"),
            ("slurm-banking-sidecar", new Uri(cluster.Variables["SIDECAR_URL"]).Authority),
            ("slurm-banking-bank", cluster.Variables["BANK_METRICS"])
        );
        await cluster.EventuallyAsync(async () => await prometheus.CountAsync("up == 1") == 2, "sidecar and bank are scraped");

        // Rates want two scrapes with something in between: an accepted job's whole life, and a refusal.
        var account = await cluster.OpenAccountAsync(100);
        var job = await cluster.SubmittedAsync($"-A {account} -p debug -n1 --time=1", "sleep 1");
        Assert.Null((await cluster.SubmitAsync($"-A {account} -p debug -n100 --time=1")).JobId);
        await cluster.SettledAsync(account, job);
        var missing = queries;
        for (var second = 0; second < 60 && missing.Count > 0; second++)
        {
            missing = await WithoutDataAsync(prometheus, missing);
            await Task.Delay(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);
        }

        Assert.Equal([], missing);
    }

    private static async Task<List<string>> WithoutDataAsync(RunningPrometheus prometheus, List<string> queries)
    {
        var without = new List<string>();
        foreach (var query in queries)
        {
            if (await prometheus.CountAsync(query) == 0)
            {
                without.Add(query);
            }
        }

        return without;
    }
}
