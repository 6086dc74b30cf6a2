using SlurmBanking.Operator.Api;
using SlurmBanking.Telemetry.Tests.Otlp;

namespace SlurmBanking.Kubernetes.Tests;

/// <summary>What a collector gets of the operator over OTLP.</summary>
[Collection(ApiServerCollection.Name)]
public sealed class TraceTests(ApiServerFixture server)
{
    private const string Operator = "slurm-banking-operator";

    [Fact]
    public async Task A_reconciliation_is_a_trace_with_its_requests_and_logs_and_metrics_come_too()
    {
        await using var collector = await OtlpReceiver.StartAsync();
        await using var stage = await Stage.SetAsync(server);
        stage.Environment = collector.HttpEnvironment;
        await stage.StartAsync(null);
        await stage.Operator.UntilReadyAsync();
        (await stage.ApplyAsync("savio")).Must();
        await stage.UntilConditionAsync("savio", ConditionTypes.Rendered, "True");
        await Until.TrueAsync(
            () =>
                Task.FromResult(
                    collector.Spans.Any(static span => span.Name == "reconcile" && span.Of("slurm_banking.outcome") == "done")
                        && collector.Logs.Any(static log => log.Text.Contains("savio-bank-config", StringComparison.Ordinal))
                        && collector.Metrics.ContainsKey($"{Operator} slurm_banking.operator.reconciliations")
                ),
            "spans, logs and metrics came"
        );

        var spans = collector.Spans.ToList();
        Assert.All(spans, static span => Assert.Equal(Operator, span.Service));
        var first = spans.First(static span => span.Name == "reconcile" && span.Of("slurm_banking.outcome") == "done");
        Assert.Equal((stage.Namespace, "savio", ""), (first.Of("k8s.namespace.name"), first.Of("slurm_banking.config"), first.ParentId));

        // The log of what it applied belongs to it, and so do requests; nothing else is a trace, such as watches.
        var applied = collector.Logs.First(static log => log.Text.Contains("savio-bank-config", StringComparison.Ordinal));
        Assert.Contains(spans, span => span.Name == "reconcile" && span.TraceId == applied.TraceId);
        Assert.Contains(spans, span => span.TraceId == applied.TraceId && span.ParentId.Length > 0 && span.Name == "PATCH");
        Assert.All(spans.Where(static span => span.ParentId.Length == 0), static span => Assert.Equal("reconcile", span.Name));
    }
}
