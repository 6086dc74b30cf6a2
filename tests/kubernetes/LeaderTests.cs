using SlurmBanking.Operator.Api;

namespace SlurmBanking.Kubernetes.Tests;

/// <summary>Several replicas, one that works.</summary>
[Collection(ApiServerCollection.Name)]
public sealed class LeaderTests(ApiServerFixture server)
{
    private static readonly string[] Elects = ["--leader-elect", "true"];

    [Fact]
    public async Task One_works_and_when_it_stops_the_other_works_at_once()
    {
        await using var stage = await Stage.SetAsync(server);
        var first = await stage.StartAsync(null, Elects);
        await first.UntilReadyAsync();
        await Until.TrueAsync(async () => await LeadsAsync(first), "the first leads", otherwise: () => first.Tail(10));
        var second = await stage.StartAsync(null, Elects);
        await second.UntilReadyAsync();
        Assert.False(await LeadsAsync(second));

        var from = TimeProvider.System.GetTimestamp();
        Assert.Equal(0, await first.TerminateAsync());
        await Until.TrueAsync(async () => await LeadsAsync(second), "the second leads", otherwise: () => second.Tail(10));
        Assert.InRange(TimeProvider.System.GetElapsedTime(from).TotalSeconds, 0, 6);
        (await stage.ApplyAsync("savio")).Must();
        await stage.UntilConditionAsync("savio", ConditionTypes.Rendered, "True");
        Assert.Equal(0, await second.TerminateAsync());
    }

    [Fact]
    public async Task One_that_dies_is_followed_when_its_lease_has_run_out()
    {
        await using var stage = await Stage.SetAsync(server);
        var first = await stage.StartAsync(null, Elects);
        await Until.TrueAsync(async () => await LeadsAsync(first), "the first leads", otherwise: () => first.Tail(10));
        var second = await stage.StartAsync(null, Elects);
        await second.UntilReadyAsync();
        first.Kill();
        await Until.TrueAsync(async () => await LeadsAsync(second), "the second leads", TimeSpan.FromSeconds(40), () => second.Tail(10));
        Assert.Equal(0, await second.TerminateAsync());
    }

    [Fact]
    public async Task One_that_can_not_renew_stops_before_another_begins_and_goes_on_when_it_can()
    {
        await using var proxy = await ApiProxy.StartAsync(server);
        await using var stage = await Stage.SetAsync(server);
        var first = await stage.StartAsync(proxy.Url, Elects);
        await Until.TrueAsync(async () => await LeadsAsync(first), "the first leads", otherwise: () => first.Tail(10));
        var second = await stage.StartAsync(null, Elects);
        await second.UntilReadyAsync();

        proxy.BeforeForwarding = static request =>
            Task.FromResult(request.Path.Contains("/leases/", StringComparison.Ordinal) ? ProxyAction.InternalError : ProxyAction.Pass);
        var both = false;
        await Until.TrueAsync(
            async () =>
            {
                var (one, other) = (await LeadsAsync(first), await LeadsAsync(second));
                both |= one && other;
                return other;
            },
            "the second leads",
            TimeSpan.FromSeconds(40)
        );
        Assert.False(both);

        // What changes now is the second's to do, and the first does nothing any more.
        proxy.Forget();
        (await stage.ApplyAsync("savio")).Must();
        await stage.UntilConditionAsync("savio", ConditionTypes.Rendered, "True");
        Assert.Equal(0, proxy.Count(static request => request.IsWrite && !request.Path.Contains("/leases", StringComparison.Ordinal)));
        proxy.BeforeForwarding = null;
        Assert.Equal(0, await second.TerminateAsync());
        await Until.TrueAsync(async () => await LeadsAsync(first), "the first leads again", TimeSpan.FromSeconds(40), () => first.Tail(10));
        Assert.Equal(0, await first.TerminateAsync());
    }

    private static async Task<bool> LeadsAsync(OperatorProcess process) => await process.MetricAsync("slurm_banking_operator_leader") == 1;
}
