using System.Globalization;
using System.Text.Json.Nodes;
using k8s;
using k8s.Models;
using SlurmBanking.Operator.Api;

namespace SlurmBanking.Kubernetes.Tests;

/// <summary>
/// What goes wrong between an operator and its API server, each trouble made by a proxy between the two or by stopping the
/// server: afterwards the work goes on, nothing was missed and nothing done twice. Those that take more than 10 s are in "make verify".
/// </summary>
[Collection(ApiServerCollection.Name)]
public sealed class TroubleTests(ApiServerFixture server)
{
    [Theory]
    [InlineData("cut")]
    [InlineData("ended")]
    [InlineData("gone")]
    public async Task After_a_watch_that_breaks_off_changes_are_seen_again(string how)
    {
        await using var proxy = await ApiProxy.StartAsync(server);
        await using var stage = await ReadyAsync(proxy.Url);
        var watches = how switch
        {
            "cut" => proxy.CutWatches(),
            "ended" => proxy.EndWatches(),
            _ => proxy.FailWatches(),
        };
        Assert.Equal(4, watches);
        await ChangeAsync(stage, 2);
        await stage.UntilTomlAsync("savio", "normal = 2");
        await Until.TrueAsync(
            async () => await stage.Operator.MetricAsync("slurm_banking_operator_watch_restarts_total", $"cause=\"{how}\"") >= 4,
            "the restarts are counted"
        );
    }

    [Fact]
    public async Task What_was_deleted_while_nobody_watched_is_noticed_by_the_next_list()
    {
        await using var proxy = await ApiProxy.StartAsync(server);
        await using var stage = await ReadyAsync(proxy.Url);
        (await stage.ApplyAsync("second", static spec => spec["sidecar"]!["cluster"] = "savio")).Must();
        await stage.UntilConditionAsync("second", ConditionTypes.Conflict, "True");

        // No watch begins, and the object that had the cluster goes; then the server no longer knows that time.
        proxy.BeforeForwarding = static request => Task.FromResult(request.IsWatch ? ProxyAction.Gone : ProxyAction.Pass);
        var lists = 0;
        proxy.CutWatches();
        (await server.KubectlAsync("delete", "bankingconfig", "savio", "-n", stage.Namespace)).Must();
        (await server.KubectlAsync("delete", "cm", "savio-slurm", "-n", stage.Namespace)).Must();
        proxy.BeforeForwarding = request =>
        {
            lists += request is { IsWatch: false, Method: "GET" } ? 1 : 0;
            return Task.FromResult(ProxyAction.Pass);
        };
        await stage.UntilConditionAsync("second", ConditionTypes.Rendered, "True");
        Assert.True(lists > 0);
    }

    [Fact]
    public async Task A_server_that_is_started_anew_is_found_again()
    {
        await using var stage = await ReadyAsync(null);
        await server.KillServerAsync();
        await server.StartServerAsync();
        await ChangeAsync(stage, 2);
        await stage.UntilTomlAsync("savio", "normal = 2", TimeSpan.FromSeconds(40));
    }

    /// <summary>Over HTTP/2 pings notice it, over HTTP/1.1 a watch that outlasts its time.</summary>
    [Trait("Run", "verify")]
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_connection_that_freezes_is_noticed_within_half_a_minute(bool http2)
    {
        await using var proxy = await ApiProxy.StartAsync(server);
        await using var stage = await ReadyAsync(http2 ? null : proxy.Url);
        var clock = TimeProvider.System;
        var from = clock.GetTimestamp();
        Action thaw = http2 ? server.ThawServer : proxy.Thaw;
        (http2 ? (Action)server.FreezeServer : proxy.Freeze)();
        try
        {
            await Until.TrueAsync(
                async () =>
                    await stage.Operator.MetricAsync("slurm_banking_operator_watch_restarts_total", "resource=\"bankingconfigs\"") >= 1,
                "the operator notices",
                TimeSpan.FromSeconds(60)
            );
            Assert.InRange(clock.GetElapsedTime(from).TotalSeconds, 0, 30);
        }
        finally
        {
            thaw();
        }

        await ChangeAsync(stage, 2);
        await stage.UntilTomlAsync("savio", "normal = 2", TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task One_object_that_does_not_fit_its_type_hides_no_other_and_says_so_itself()
    {
        await using var proxy = await ApiProxy.StartAsync(server);

        // As if it had been stored before the schema was what it is: no schema lets it through today.
        static string Misfit(string body) => body.Replace("\"cachedFor\":\"2h\"", "\"cachedFor\":[2]", StringComparison.Ordinal);
        proxy.AfterAnswer = static request =>
            Task.FromResult(
                !request.Path.Contains("/bankingconfigs", StringComparison.Ordinal) ? ProxyAction.Pass
                : request.IsWatch ? ProxyAction.RewriteEvents(Misfit)
                : ProxyAction.Rewrite(Misfit)
            );
        await using var stage = await Stage.SetAsync(server);
        (await stage.ApplyAsync("misfit", static spec => spec["policy"] = new JsonObject { ["cachedFor"] = "2h" })).Must();
        (await stage.ApplyAsync("savio")).Must();
        await stage.StartAsync(proxy.Url);
        await stage.UntilTomlAsync("savio", "normal = 0.75");
        var rendered = await stage.UntilConditionAsync("misfit", ConditionTypes.Rendered, "False", "InvalidSpec");
        Assert.StartsWith("spec.policy.cachedFor: is not of the type", rendered.Message, StringComparison.Ordinal);
        Assert.Null(await stage.TomlAsync("misfit"));
    }

    [Fact]
    public async Task When_the_server_is_too_busy_it_is_left_alone_for_as_long_as_it_wants()
    {
        await using var proxy = await ApiProxy.StartAsync(server);
        await using var stage = await ReadyAsync(proxy.Url);
        var refused = new List<DateTimeOffset>();
        proxy.BeforeForwarding = request =>
        {
            lock (refused)
            {
                if (!request.IsWrite || refused.Count > 0)
                {
                    return Task.FromResult(ProxyAction.Pass);
                }

                refused.Add(request.StartedAt);
                return Task.FromResult(ProxyAction.TooManyRequests(3));
            }
        };
        proxy.Forget();
        await ChangeAsync(stage, 2);
        await stage.UntilTomlAsync("savio", "normal = 2");
        var next = proxy.Requests.First(request => request.IsWrite && request.StartedAt > refused[0]);
        Assert.InRange((next.StartedAt - refused[0]).TotalSeconds, 2.9, 30);
    }

    [Trait("Run", "verify")]
    [Fact]
    public async Task Errors_of_the_server_are_tried_again_with_growing_pauses_until_it_is_well()
    {
        await using var proxy = await ApiProxy.StartAsync(server);
        await using var stage = await ReadyAsync(proxy.Url);
        proxy.BeforeForwarding = static request => Task.FromResult(request.IsWrite ? ProxyAction.InternalError : ProxyAction.Pass);
        await ChangeAsync(stage, 2);
        List<DateTimeOffset> Attempts() =>
            [
                .. proxy
                    .Requests.Where(static request =>
                        request.Path.EndsWith("/savio-bank-config", StringComparison.Ordinal) && request.Status == 500
                    )
                    .Select(static request => request.StartedAt),
            ];
        await Until.TrueAsync(() => Task.FromResult(Attempts().Count >= 6), "six attempts");

        // Half a second, doubled each time, and at most half of it taken away: the fifth pause is 4 s at least.
        Assert.InRange((Attempts()[^1] - Attempts()[0]).TotalSeconds, 4, 60);
        proxy.BeforeForwarding = null;
        await stage.UntilTomlAsync("savio", "normal = 2");
    }

    [Fact]
    public async Task A_permanent_error_is_no_hot_loop()
    {
        await using var proxy = await ApiProxy.StartAsync(server);
        await using var stage = await ReadyAsync(proxy.Url);
        (await stage.ApplyAsync("savio", static spec => spec["policy"] = new JsonObject { ["cachedFor"] = "31d" })).Must();
        await stage.UntilConditionAsync("savio", ConditionTypes.Rendered, "False");
        await Task.Delay(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);
        proxy.Forget();
        await Task.Delay(TimeSpan.FromSeconds(5), TestContext.Current.CancellationToken);
        Assert.Equal(0, proxy.Count(static request => !request.IsWatch));
    }

    [Fact]
    public async Task A_token_that_expires_and_a_new_one_in_its_file()
    {
        await using var proxy = await ApiProxy.StartAsync(server);
        await using var stage = await ReadyAsync(proxy.Url);
        proxy.BeforeForwarding = static _ => Task.FromResult(ProxyAction.Status(401, "Unauthorized", "Unauthorized"));
        proxy.CutWatches();
        await ChangeAsync(stage, 2);
        await Until.TrueAsync(() => Task.FromResult(proxy.Count(static request => request.Status == 401) >= 4), "it is refused");
        proxy.BeforeForwarding = null;
        await stage.UntilTomlAsync("savio", "normal = 2");
    }

    /// <summary>A pod's token dies with what it is bound to, and the kubelet has put another into its file by then or soon after.</summary>
    [Trait("Run", "verify")]
    [Fact]
    public async Task A_token_that_the_server_no_longer_takes_is_read_anew_from_its_file()
    {
        await using var stage = await Stage.SetAsync(server);
        var account = new MountedVolume(server.In(server.UniqueName("account")));
        void Mount(string token) =>
            account.Update([new("token", token), new("ca.crt", server.Authority.CertificatePem), new("namespace", Stage.Home)]);
        var first = await BoundTokenAsync("first");
        Mount(first);
        stage.PodAccount = account.Path;
        await stage.StartAsync(null);
        await stage.Operator.UntilReadyAsync();
        (await stage.ApplyAsync("savio")).Must();
        await stage.UntilConditionAsync("savio", ConditionTypes.InForce, "Unknown", "SidecarUnreachable");

        await server.Admin.CoreV1.DeleteNamespacedSecretAsync("first", Stage.Home);
        await Until.EqualAsync(401, () => CodeAsync(first), "the server no longer takes the token");
        await ChangeAsync(stage, 2);
        await stage.Operator.UntilSaidAsync("Unauthorized");
        Assert.Contains("normal = 0.75", await stage.TomlAsync("savio"), StringComparison.Ordinal);

        Mount(await BoundTokenAsync("second"));

        // The client looks at the file once a minute.
        await stage.UntilTomlAsync("savio", "normal = 2", TimeSpan.FromSeconds(100));
        await server.Admin.CoreV1.DeleteNamespacedSecretAsync("second", Stage.Home);
    }

    [Trait("Run", "verify")]
    [Fact]
    public async Task A_slow_server_slows_and_breaks_nothing()
    {
        await using var proxy = await ApiProxy.StartAsync(server);
        proxy.Delay = TimeSpan.FromSeconds(1);
        await using var stage = await ReadyAsync(proxy.Url);
        await ChangeAsync(stage, 2);
        await stage.UntilTomlAsync("savio", "normal = 2");
        Assert.Equal(0, await stage.Operator.MetricAsync("slurm_banking_operator_reconciliations_total", "outcome=\"failed\""));
    }

    [Trait("Run", "verify")]
    [Fact]
    public async Task What_it_writes_itself_is_no_news_and_at_rest_it_asks_nothing()
    {
        await using var proxy = await ApiProxy.StartAsync(server);
        await using var stage = await ReadyAsync(proxy.Url);
        await Until.TrueAsync(
            async () => (await stage.ConditionAsync("savio", ConditionTypes.InForce))?.Reason == "SidecarUnreachable",
            "the sidecar was asked once"
        );
        var before = await stage.Operator.MetricAsync("slurm_banking_operator_reconciliations_total", "outcome=");
        proxy.Forget();
        await ChangeAsync(stage, 2);
        await stage.UntilTomlAsync("savio", "normal = 2");
        await stage.UntilConditionAsync("savio", ConditionTypes.Rendered, "True");
        await Task.Delay(TimeSpan.FromSeconds(8), TestContext.Current.CancellationToken);

        // One edit: the ConfigMap that differs, and the status. Echoes are looked at and lead to nothing.
        Assert.Equal(
            ["PATCH /bankingconfigs/savio/status", "PATCH /configmaps/savio-bank-config"],
            proxy
                .Requests.Where(static request => !request.IsWatch)
                .Select(static request => $"{request.Method} {Tail(request.Path)}")
                .Order()
        );
        Assert.InRange(await stage.Operator.MetricAsync("slurm_banking_operator_reconciliations_total", "outcome=") - before, 1, 4);
    }

    [Trait("Run", "verify")]
    [Fact]
    public async Task A_thousand_objects_are_listed_page_by_page_and_all_rendered()
    {
        await using var proxy = await ApiProxy.StartAsync(server);
        await using var stage = await Stage.SetAsync(server);
        const int count = 1000;
        await Parallel.ForEachAsync(
            Enumerable.Range(0, count),
            new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = TestContext.Current.CancellationToken },
            async (i, _) => await new BankingConfigClient(server.Admin, stage.Namespace).CreateAsync(stage.Manifest($"c{i}"))
        );
        var from = TimeProvider.System.GetTimestamp();
        await stage.StartAsync(proxy.Url);
        await Until.TrueAsync(
            async () => await stage.Operator.MetricAsync("slurm_banking_operator_reconciliations_total", "outcome=\"done\"") >= count,
            "all are reconciled",
            TimeSpan.FromMinutes(4),
            () => stage.Operator.Tail(10)
        );
        var took = TimeProvider.System.GetElapsedTime(from).TotalSeconds;
        var maps = await server.Admin.CoreV1.ListNamespacedConfigMapAsync(stage.Namespace, labelSelector: "banking.slurm.dev/config");
        Assert.Equal(3 * count, maps.Items.Count);
        var requests = proxy.Count(static request => !request.IsWatch);
        TestContext.Current.SendDiagnosticMessage(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{count} in {took:0.0} s, {requests / (double)count:0.0} requests each, {stage.Operator.RssKib / 1024} MiB"
            )
        );
        Assert.True(proxy.Count(static request => request.Parameter("continue") is not null) >= 1);
        await server.KubectlAsync("delete", "namespace", stage.Namespace, "--wait=false");
    }

    private async Task<Stage> ReadyAsync(Uri? through)
    {
        var stage = await Stage.SetAsync(server);
        await stage.StartAsync(through);
        await stage.Operator.UntilReadyAsync();
        (await stage.ApplyAsync("savio")).Must();
        await stage.UntilConditionAsync("savio", ConditionTypes.Rendered, "True");
        return stage;
    }

    /// <summary>A token that is good for as long as a Secret of this name is there.</summary>
    private async Task<string> BoundTokenAsync(string name)
    {
        var secret = await server.Admin.CoreV1.CreateNamespacedSecretAsync(
            new V1Secret { Metadata = new V1ObjectMeta { Name = name } },
            Stage.Home
        );
        var request = new Authenticationv1TokenRequest
        {
            Spec = new V1TokenRequestSpec
            {
                Audiences = [],
                ExpirationSeconds = 3600,
                BoundObjectRef = new V1BoundObjectReference
                {
                    ApiVersion = "v1",
                    Kind = "Secret",
                    Name = name,
                    Uid = secret.Metadata.Uid,
                },
            },
        };
        return (await server.Admin.CoreV1.CreateNamespacedServiceAccountTokenAsync(request, Stage.Account, Stage.Home)).Status.Token;
    }

    private async Task<int> CodeAsync(string token)
    {
        using var client = new HttpClient(new SocketsHttpHandler { SslOptions = ControlPlane.Trusting(server.Authority) });
        client.DefaultRequestHeaders.Authorization = new("Bearer", token);
        using var answer = await client.GetAsync(new Uri(server.Url, "/api"), TestContext.Current.CancellationToken);
        return (int)answer.StatusCode;
    }

    private static async Task ChangeAsync(Stage stage, int price) =>
        (await stage.ApplyAsync("savio", spec => spec["partitionPrices"]!["normal"] = price)).Must();

    private static string Tail(string path) =>
        path[path.IndexOf("/namespaces/", StringComparison.Ordinal)..].Split('/', 4)[3].Insert(0, "/");
}
