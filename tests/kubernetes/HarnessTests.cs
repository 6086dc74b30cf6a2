using System.Net;
using k8s;
using k8s.Autorest;
using k8s.Models;

namespace SlurmBanking.Kubernetes.Tests;

/// <summary>What the other tests stand on: a real API server, and a proxy that spoils what it is told to.</summary>
[Collection(ApiServerCollection.Name)]
public sealed class HarnessTests(ApiServerFixture server)
{
    private const string Crd = """
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata:
          name: tallies.harness.slurm.dev
        spec:
          group: harness.slurm.dev
          scope: Namespaced
          names: {plural: tallies, singular: tally, kind: Tally}
          versions:
          - name: v1
            served: true
            storage: true
            schema:
              openAPIV3Schema:
                type: object
                properties:
                  spec: {type: object, properties: {count: {type: integer, minimum: 0}}}

        """;

    [Fact]
    public async Task Kubectl_and_helm_reach_the_API_server()
    {
        Assert.Contains("kube-system", (await server.KubectlAsync("get", "namespaces", "-o", "name")).Must(), StringComparison.Ordinal);
        Assert.Equal("v1.20.2", (await server.Admin.Version.GetCodeAsync()).GitVersion);

        var space = await server.NewNamespaceAsync();
        (
            await server.KubectlWithInputAsync(
                "{apiVersion: v1, kind: ConfigMap, metadata: {name: typed}}",
                "apply",
                "-n",
                space,
                "-f",
                "-"
            )
        ).Must();
        Assert.False((await server.KubectlAsync("get", "configmap", "missing", "-n", space)).Succeeded);
        Assert.Contains("[]", (await server.HelmAsync("list", "-n", space, "-o", "json")).Must(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Helm_installs_a_chart_and_takes_it_away()
    {
        var chart = Directory.CreateDirectory(server.In("chart/templates")).Parent!.FullName;
        await File.WriteAllTextAsync(Path.Combine(chart, "Chart.yaml"), "apiVersion: v2\nname: small\nversion: 0.1.0\n");
        await File.WriteAllTextAsync(
            Path.Combine(chart, "templates/map.yaml"),
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: '{{ .Release.Name }}-map'}\ndata: {price: '{{ .Values.price }}'}\n"
        );
        var space = await server.NewNamespaceAsync();
        (await server.HelmAsync("install", "one", chart, "-n", space, "--set-string", "price=1.5")).Must();
        Assert.Equal("1.5", (await server.Admin.CoreV1.ReadNamespacedConfigMapAsync("one-map", space)).Data["price"]);
        (await server.HelmAsync("uninstall", "one", "-n", space)).Must();
        Assert.False((await server.KubectlAsync("get", "configmap", "one-map", "-n", space)).Succeeded);
    }

    [Fact]
    public async Task A_CRD_is_served_once_it_is_installed()
    {
        var space = await server.NewNamespaceAsync();
        await File.WriteAllTextAsync(server.In("crd.yaml"), Crd);
        await server.InstallCrdAsync(server.In("crd.yaml"));
        const string tally = "{apiVersion: harness.slurm.dev/v1, kind: Tally, metadata: {name: first}, spec: {count: 1, unknown: 2}}";
        (await server.KubectlWithInputAsync(tally, "apply", "--validate=false", "-n", space, "-f", "-")).Must();
        var read = (await server.KubectlAsync("get", "tally", "first", "-n", space, "-o", "jsonpath={.spec}")).Must();
        Assert.Equal("""{"count":1}""", read);
        var bad = await server.KubectlWithInputAsync(
            tally.Replace("count: 1", "count: -1", StringComparison.Ordinal),
            "apply",
            "--validate=false",
            "-n",
            space,
            "-f",
            "-"
        );
        Assert.Contains("spec.count", bad.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_namespace_with_something_in_it_finishes_deletion()
    {
        var space = await server.NewNamespaceAsync();
        await CreateMapAsync(space, "left");
        await server.DeleteNamespaceAsync(space);
    }

    [Fact]
    public async Task An_account_may_do_what_it_was_granted_and_no_more()
    {
        var space = await server.NewNamespaceAsync();
        await server.NewServiceAccountAsync(space, "reader");
        using var client = ApiServerFixture.ClientOf(await server.KubeconfigAsync(space, "reader"));
        var denied = await Assert.ThrowsAsync<HttpOperationException>(() => client.CoreV1.ListNamespacedConfigMapAsync(space));
        Assert.Equal(HttpStatusCode.Forbidden, denied.Response.StatusCode);

        await server.GrantAsync(space, "reader", "view");
        await Until.FoundAsync<V1ConfigMapList>(async () => await client.CoreV1.ListNamespacedConfigMapAsync(space), "it may list");
        denied = await Assert.ThrowsAsync<HttpOperationException>(() => client.CoreV1.ListNamespacedSecretAsync(space));
        Assert.Equal(HttpStatusCode.Forbidden, denied.Response.StatusCode);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_proxy_passes_on_lists_and_watches_and_can_cut_and_freeze_them(bool tls)
    {
        var space = await server.NewNamespaceAsync();
        await using var proxy = await ApiProxy.StartAsync(server);
        using var client = ApiServerFixture.ClientOf(await server.AdminKubeconfigAsync(tls ? proxy.TlsUrl : proxy.Url));
        await CreateMapAsync(space, "first");
        Assert.Contains("first", (await client.CoreV1.ListNamespacedConfigMapAsync(space)).Items.Select(static map => map.Name()));
        var list = Assert.Single(proxy.Requests, request => request.Path == $"/api/v1/namespaces/{space}/configmaps");
        Assert.Equal(("GET", 200, 200, false), (list.Method, list.Status, list.UpstreamStatus, list.IsWatch));

        await using var watch = new ConfigMapWatch(client, space);
        await watch.UntilSeenAsync("first");
        Assert.Single(proxy.RunningWatches);

        proxy.Freeze();
        await CreateMapAsync(space, "second");
        var waiting = client.CoreV1.ReadNamespacedConfigMapAsync("first", space);
        await Until.StaysTrueAsync(
            () => Task.FromResult(!watch.Names.Contains("second") && !waiting.IsCompleted),
            "nothing is passed on",
            TimeSpan.FromSeconds(1)
        );
        proxy.Thaw();
        await watch.UntilSeenAsync("second");
        Assert.Equal("first", (await waiting).Name());

        Assert.Equal(1, proxy.CutWatches());
        Assert.True(await watch.EndedAsync() is HttpRequestException or IOException, "a cut is an error");
        await Until.EqualAsync(0, () => Task.FromResult(proxy.RunningWatches.Count), "no watch runs");
    }

    [Fact]
    public async Task A_watch_hears_of_its_resource_version_being_too_old()
    {
        var space = await server.NewNamespaceAsync();
        await using var proxy = await ApiProxy.StartAsync(server);
        using var client = ApiServerFixture.ClientOf(await server.AdminKubeconfigAsync(proxy.Url));
        await CreateMapAsync(space, "first");
        await using (var watch = new ConfigMapWatch(client, space))
        {
            await watch.UntilSeenAsync("first");
            Assert.Equal(1, proxy.FailWatches());
            Assert.Null(await watch.EndedAsync());
            Assert.Contains("410", watch.Errors.Single(), StringComparison.Ordinal);
        }

        proxy.BeforeForwarding = static request => Task.FromResult(request.IsWatch ? ProxyAction.GoneInStream : ProxyAction.Pass);
        await using (var watch = new ConfigMapWatch(client, space))
        {
            Assert.Null(await watch.EndedAsync());
            Assert.Contains("410", watch.Errors.Single(), StringComparison.Ordinal);
        }

        proxy.BeforeForwarding = static request => Task.FromResult(request.IsWatch ? ProxyAction.Gone : ProxyAction.Pass);
        await using (var watch = new ConfigMapWatch(client, space))
        {
            var refused = Assert.IsType<HttpRequestException>(await watch.EndedAsync());
            Assert.Equal(HttpStatusCode.Gone, refused.StatusCode);
        }

        proxy.BeforeForwarding = null;
        await using (var watch = new ConfigMapWatch(client, space))
        {
            await watch.UntilSeenAsync("first");
            Assert.Equal(1, proxy.EndWatches());
            Assert.Null(await watch.EndedAsync());
        }
    }

    [Fact]
    public async Task A_proxy_spoils_requests_before_and_after_the_API_server_has_seen_them()
    {
        var space = await server.NewNamespaceAsync();
        await using var proxy = await ApiProxy.StartAsync(server);
        using var client = ApiServerFixture.ClientOf(await server.AdminKubeconfigAsync(proxy.Url));

        proxy.BeforeForwarding = static request => Task.FromResult(request.IsWrite ? ProxyAction.TooManyRequests(7) : ProxyAction.Pass);
        var busy = await Assert.ThrowsAsync<HttpOperationException>(() => CreateMapAsync(space, "busy", client));
        Assert.Equal((HttpStatusCode)429, busy.Response.StatusCode);
        Assert.Equal("7", busy.Response.Headers["Retry-After"].Single());
        Assert.Null(proxy.Requests[^1].UpstreamStatus);

        proxy.BeforeForwarding = static request =>
        {
            request.Body = System.Text.Encoding.UTF8.GetBytes(request.BodyText.Replace("before", "after", StringComparison.Ordinal));
            return Task.FromResult(ProxyAction.Pass);
        };
        Assert.Equal("after", (await CreateMapAsync(space, "before", client)).Name());

        proxy.BeforeForwarding = null;
        proxy.AfterAnswer = static request => Task.FromResult(request.IsWrite ? ProxyAction.Cut : ProxyAction.Pass);
        await Assert.ThrowsAsync<HttpRequestException>(() => CreateMapAsync(space, "unheard", client));
        Assert.Equal("unheard", (await client.CoreV1.ReadNamespacedConfigMapAsync("unheard", space)).Name());

        proxy.AfterAnswer = static _ =>
            Task.FromResult(ProxyAction.Rewrite(static body => body.Replace("unheard", "renamed", StringComparison.Ordinal)));
        Assert.Equal("renamed", (await client.CoreV1.ReadNamespacedConfigMapAsync("unheard", space)).Name());

        proxy.AfterAnswer = null;
        proxy.BeforeForwarding = static _ =>
            Task.FromResult(
                ProxyAction.RewriteEvents(static line =>
                    line.Contains("\"unheard\"", StringComparison.Ordinal) ? null : line.Replace("after", "later", StringComparison.Ordinal)
                )
            );
        await using var watch = new ConfigMapWatch(client, space);
        await watch.UntilSeenAsync("later");
        Assert.DoesNotContain("unheard", watch.Names);

        proxy.BeforeForwarding = null;
        proxy.Delay = TimeSpan.FromSeconds(1);
        var began = System.Diagnostics.Stopwatch.StartNew();
        await client.CoreV1.ReadNamespacedConfigMapAsync("after", space);
        Assert.True(began.Elapsed >= proxy.Delay, $"{began.Elapsed} is too soon");
    }

    [Fact]
    public async Task The_API_server_freezes_dies_and_comes_back_with_what_it_knew()
    {
        var space = await server.NewNamespaceAsync();
        await CreateMapAsync(space, "kept");
        server.FreezeServer();
        try
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(1));
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
                server.Admin.CoreV1.ReadNamespacedConfigMapAsync("kept", space, cancellationToken: patience.Token)
            );
        }
        finally
        {
            server.ThawServer();
        }

        Assert.Equal("kept", (await server.Admin.CoreV1.ReadNamespacedConfigMapAsync("kept", space)).Name());
        await server.KillServerAsync();
        try
        {
            await Assert.ThrowsAsync<HttpRequestException>(() => server.Admin.CoreV1.ReadNamespacedConfigMapAsync("kept", space));
        }
        finally
        {
            await server.StartServerAsync();
        }

        Assert.Equal("kept", (await server.Admin.CoreV1.ReadNamespacedConfigMapAsync("kept", space)).Name());
    }

    private Task<V1ConfigMap> CreateMapAsync(string space, string name, k8s.Kubernetes? client = null) =>
        (client ?? server.Admin).CoreV1.CreateNamespacedConfigMapAsync(
            new V1ConfigMap { Metadata = new V1ObjectMeta { Name = name } },
            space
        );
}
