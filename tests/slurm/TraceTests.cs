using SlurmBanking.Telemetry.Tests.Otlp;

namespace SlurmBanking.Slurm.Tests;

/// <summary>What a collector gets over OTLP of the published sidecar, the bank, and a job that outlives the sidecar.</summary>
public sealed class TraceTests : IAsyncLifetime
{
    private const string Sidecar = "slurm-banking-sidecar";
    private const string Bank = "slurm-banking-bank";
    private OtlpReceiver _collector = null!;
    private BankedCluster _cluster = null!;

    public async ValueTask InitializeAsync()
    {
        _collector = await OtlpReceiver.StartAsync();
        _cluster = new BankedCluster
        {
            Settings =
            [
                ("CONFIG_EXTRA", BankedCluster.SidecarSection),
                .. _collector.Environment.Select(static pair => (pair.Key, pair.Value)),
            ],
        };
        await _cluster.InitializeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _cluster.DisposeAsync();
        await _collector.DisposeAsync();
    }

    [Fact]
    public async Task A_jobs_life_is_one_trace_from_its_submission_to_its_settlement_whoever_dies_in_between()
    {
        var account = await _cluster.OpenAccountAsync(1000);
        var job = await _cluster.SubmittedAsync($"-A {account} -p debug -n1 --time=1", "sleep 8");
        var trace = (await _cluster.MarkAsync(job))!.Value.Id.ToString();
        await UntilAsync(trace, Bank, "POST /jobs/");
        await UntilAsync(trace, Sidecar, "deliver");
        await _cluster.MustAsync("kill", "sidecar");
        await _cluster.MustAsync("start", "sidecar");
        await _cluster.SettledAsync(account, job, 60);
        await UntilAsync(trace, Bank, "PUT /jobs/");
        await UntilAsync(trace, Sidecar, "settle");
        await _cluster.EventuallyAsync(() => Task.FromResult(Spans(trace, Sidecar, "deliver").Count == 2), "both deliveries are told");

        // One root, the decision, and everything hangs on it.
        var spans = _collector.Spans.Where(span => span.TraceId == trace).ToList();
        var root = Assert.Single(spans, static span => span.ParentId.Length == 0);
        Assert.Equal((Sidecar, "decide"), (root.Service, root.Name));
        var ids = spans.Select(static span => span.SpanId).ToHashSet(StringComparer.Ordinal);
        Assert.Equal([], spans.Where(span => span != root && !ids.Contains(span.ParentId)));
        foreach (var name in new[] { "charge", "settle", "deliver" })
        {
            Assert.All(Spans(trace, Sidecar, name), span => Assert.Equal(root.SpanId, span.ParentId));
        }

        // A minute of one CPU at 1 SU a second is held.
        Assert.Equal(("accept", "Fits", "60.00", account), Decision(root));
        string[] steps = ["charge", "deliver", "settle"];
        var told = spans.Where(span => steps.Contains(span.Name)).ToList();
        Assert.Equal(4, told.Count);
        Assert.All(
            told,
            span => Assert.Equal((job, job, trace), (span.Of("slurm.job.id"), span.Of("slurm_banking.job"), span.Of("slurm_banking.hold")))
        );
        Assert.Equal("60.00", Assert.Single(Spans(trace, Sidecar, "charge")).Of("slurm_banking.amount"));
        var booked = spans.Where(static span => span.Service == Bank && span.Of("slurm_banking.job").Length > 0).ToList();
        Assert.Equal([job, job], booked.Select(static span => span.Of("slurm_banking.job")));
        Assert.DoesNotContain(_collector.Spans, span => span.TraceId != trace && span.Of("slurm_banking.job") == job);

        // The lines of the log that belong to it say so.
        await _cluster.EventuallyAsync(
            () => Task.FromResult(Logged(Sidecar, trace, "settle") && Logged(Bank, trace, $"PUT /jobs/{job}/")),
            "both logs name the trace"
        );
        Assert.Contains($"{Sidecar} slurm_banking.holds.open", _collector.Metrics.Keys);
        Assert.Contains($"{Bank} slurm_banking.ledger.transfers", _collector.Metrics.Keys);
        Assert.False(_collector.HasSeen(_cluster.Variables["BANK_TOKEN"]), "a token was sent");
    }

    private static (string Answer, string Reason, string Amount, string Account) Decision(OtlpSpan span) =>
        (
            span.Of("slurm_banking.answer"),
            span.Of("slurm_banking.reason"),
            span.Of("slurm_banking.amount"),
            span.Of("slurm_banking.account")
        );

    private bool Logged(string service, string trace, string part) =>
        _collector.Logs.Any(log =>
            log.Service == service && log.TraceId == trace && log.Text.Contains(part, StringComparison.OrdinalIgnoreCase)
        );

    private List<OtlpSpan> Spans(string trace, string service, string name) =>
        [
            .. _collector.Spans.Where(span =>
                span.TraceId == trace && span.Service == service && span.Name.StartsWith(name, StringComparison.Ordinal)
            ),
        ];

    private Task UntilAsync(string trace, string service, string name) =>
        _cluster.EventuallyAsync(() => Task.FromResult(Spans(trace, service, name).Count > 0), $"{service} tells of {name}");
}
