using System.Text.Json.Nodes;
using SlurmBanking.Slurm.Tests;

namespace SlurmBanking.Kubernetes.Tests;

/// <summary>
/// Every query of the dashboards about the operator gives something beside an operator that works, in a real Prometheus; tests/slurm asks
/// the others beside a real Slurm.
/// </summary>
[Collection(ApiServerCollection.Name)]
public sealed class DashboardTests(ApiServerFixture server)
{
    /// <summary>What an operator may never see: a counter has no series before it first counts.</summary>
    private const string MayNeverHappen = "slurm_banking_operator_watch_restarts_total";

    [Fact]
    public async Task Every_query_about_the_operator_has_data()
    {
        var queries = Directory
            .EnumerateFiles(Tree.In("charts/slurm-banking/files/dashboards"))
            .SelectMany(RunningPrometheus.QueriesOf)
            .Where(static query => query.Contains("slurm_banking_operator_", StringComparison.Ordinal))
            .Where(static query => !query.Contains(MayNeverHappen, StringComparison.Ordinal))
            .ToList();
        Assert.True(queries.Count >= 8, $"{queries.Count} queries");
        await using var stage = await Stage.SetAsync(server);
        await stage.StartAsync(null, "--webhook-url", $"https://127.0.0.1:{Ports.Free()}/validate", "--leader-elect", "true");
        await stage.Operator.UntilReadyAsync();
        using var prometheus = new RunningPrometheus(
            Tree.In("charts/slurm-banking/files/alerts.yaml"),
            ("slurm-banking-operator", stage.Operator.Http.Authority)
        );
        await Until.TrueAsync(async () => await prometheus.CountAsync("up == 1") == 1, "the operator is scraped");

        // Rates want two scrapes with something in between: an object, which is admitted, reconciled, and its sidecar asked.
        var price = 0;
        await Until.TrueAsync(
            async () =>
            {
                price++;
                (await stage.ApplyAsync("physics", spec => spec["partitionPrices"] = new JsonObject { ["normal"] = price })).Must();
                var without = new List<string>();
                foreach (var query in queries)
                {
                    if (await prometheus.CountAsync(query) == 0)
                    {
                        without.Add(query);
                    }
                }

                queries = without;
                return queries.Count == 0;
            },
            "every query has data",
            otherwise: () => string.Join('\n', queries)
        );
    }
}
