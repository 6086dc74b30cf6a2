using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using k8s;
using k8s.Models;
using SlurmBanking.Operator.Api;
using SlurmBanking.Operator.Rendering;

namespace SlurmBanking.Kubernetes.Tests;

/// <summary>
/// What the operator takes: time, requests, memory, on a real API server under the rights of the chart. "ONLY=operator make
/// bench" runs it and writes docs/benchmarks-operator.md; nothing here fails because a figure is bad.
/// </summary>
[Trait("Run", "bench")]
[Collection(ApiServerCollection.Name)]
public sealed class OperatorBench(ApiServerFixture server)
{
    private const int Edits = 100;
    private const int Configs = 1000;
    private const int Copies = 250;
    private const string Crd = $"apis/{BankingConfig.Group}/{BankingConfig.Version}";

    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task From_an_edit_to_the_ConfigMap()
    {
        await using var stage = await Stage.SetAsync(server);
        var op = await stage.StartAsync(null, "--leader-elect", "true", "--sidecar-address", $"127.0.0.1:{Ports.Free()}");
        await op.UntilReadyAsync();
        (await stage.ApplyAsync("savio")).Must();
        await stage.UntilConditionAsync("savio", ConditionTypes.InForce, "Unknown", "SidecarUnreachable");

        var arrived = new ConcurrentDictionary<int, TaskCompletionSource<long>>();
        await using var watch = await TimedWatch.OpenAsync(
            server.Admin,
            $"api/v1/namespaces/{stage.Namespace}/configmaps",
            (map, at) =>
            {
                if (map.GetProperty("metadata").GetProperty("name").GetString() == "savio-bank-config")
                {
                    var toml = map.GetProperty("data").GetProperty(BankConfigToml.Key).GetString()!;
                    var price = toml.Split('\n').First(static line => line.StartsWith("normal = ", StringComparison.Ordinal))[9..];
                    Of((int)decimal.Parse(price, CultureInfo.InvariantCulture)).TrySetResult(at);
                }
            }
        );
        TaskCompletionSource<long> Of(int price) =>
            arrived.GetOrAdd(price, static _ => new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously));

        var (clock, took) = (TimeProvider.System, new List<double>());
        for (var price = 1; price <= Edits + 1; price++)
        {
            var change = new JsonObject { ["spec"] = new JsonObject { ["partitionPrices"] = new JsonObject { ["normal"] = price } } };
            await new BankingConfigClient(server.Admin, stage.Namespace).MergeAsync("savio", change);
            var answered = clock.GetTimestamp();
            var seen = await Of(price).Task.WaitAsync(Until.Patience);
            took.Add(clock.GetElapsedTime(answered, seen).TotalMilliseconds);

            // Whoever edits by hand does so after the status of the edit before.
            await Task.Delay(150);
        }

        BenchTable.Row(
            $"edit → ConfigMap, p50 of {Edits}",
            BenchTable.Percentile(took.Skip(1), 50),
            30,
            "ms",
            string.Create(CultureInfo.InvariantCulture, $"the first edit that a new operator sees: {took[0]:0.#} ms")
        );
        BenchTable.Row(
            "the same, p99",
            BenchTable.Percentile(took.Skip(1), 99),
            100,
            "ms",
            string.Create(CultureInfo.InvariantCulture, $"slowest {took.Skip(1).Max():0.#} ms")
        );
        BenchTable.Row(
            "memory (RSS) with one BankingConfig, after that",
            string.Create(CultureInfo.InvariantCulture, $"{op.RssKib / 1024.0:0.#} MiB"),
            await HeapAsync(op)
        );
    }

    [Fact]
    public async Task From_a_file_to_the_sidecar_s_answer()
    {
        var directory = server.In(server.UniqueName("pod"));
        var (config, credentials) = (
            new MountedVolume(Path.Combine(directory, "config")),
            new MountedVolume(Path.Combine(directory, "credentials"))
        );
        string Toml(int price) =>
            $"""
                [PartitionPrice]
                normal = {price}
                [API]
                url = "http://127.0.0.1:9/api"
                token = "t"
                """;
        void Bring(int price) => config.Update([new(BankConfigToml.Key, Toml(price))]);
        Bring(1);
        var pair = server.Authority.IssueServer("sidecar", "127.0.0.1");
        credentials.Update([
            new("tls.crt", pair.Certificate),
            new("tls.key", pair.Key),
            new("node-tokens", "node\n"),
            new("login-tokens", "login\n"),
        ]);
        var files = new ControllerFiles(
            config.In(BankConfigToml.Key),
            credentials.In("tls.crt"),
            credentials.In("tls.key"),
            credentials.In("node-tokens"),
            credentials.In("login-tokens")
        );
        await using var sidecar = ControllerSidecar.Start(files);
        await Until.TrueAsync(() => File.Exists(sidecar.PluginSocket), "the sidecar listens", otherwise: () => sidecar.Tail());
        using var plugin = new SubmitPlugin(sidecar.PluginSocket);
        await Until.TrueAsync(() => plugin.PriceOfAnHour("normal") == 100, "the cluster is known", otherwise: () => sidecar.Tail());
        var (clock, took) = (TimeProvider.System, new List<double>());
        for (var price = 2; price <= Edits + 1; price++)
        {
            Bring(price);
            var laid = clock.GetTimestamp();
            while (plugin.PriceOfAnHour("normal") != price * 100)
            {
                Assert.True(clock.GetElapsedTime(laid) < Until.Patience, sidecar.Tail());
                await Task.Delay(1);
            }

            took.Add(clock.GetElapsedTime(laid).TotalMilliseconds);
            await Task.Delay(50);
        }

        BenchTable.Row($"files changed → a submission gets the new price, p50 of {Edits}", BenchTable.Percentile(took, 50), 1000, "ms");
        BenchTable.Row("the same, p99", BenchTable.Percentile(took, 99), 1000, "ms");
    }

    [Fact]
    public async Task A_thousand_from_cold_and_at_rest()
    {
        await using var stage = await Stage.SetAsync(server);
        await CreateAsync(stage, stage.Namespace, Configs);
        var rendered = new ConcurrentDictionary<string, long>(StringComparer.Ordinal);
        await using var configs = await TimedWatch.OpenAsync(
            server.Admin,
            $"apis/{BankingConfig.Group}/{BankingConfig.Version}/namespaces/{stage.Namespace}/bankingconfigs",
            (config, at) =>
            {
                if (IsRendered(config))
                {
                    rendered.TryAdd(config.GetProperty("metadata").GetProperty("name").GetString()!, at);
                }
            }
        );
        var (clock, cpu, requests) = (TimeProvider.System, server.Server.CpuSeconds, await RequestsAsync());
        var began = clock.GetTimestamp();
        var address = $"127.0.0.1:{Ports.Free()}";
        var op = await stage.StartAsync(null, "--leader-elect", "true", "--sidecar-address", address);
        await Until.TrueAsync(
            () => rendered.Count >= Configs,
            "all are rendered",
            TimeSpan.FromMinutes(4),
            () => $"{rendered.Count} are; {op.Tail(10)}"
        );
        var seconds = clock.GetElapsedTime(began, rendered.Values.Max()).TotalSeconds;
        var (own, its) = (op.CpuSeconds, server.Server.CpuSeconds - cpu);
        BenchTable.Row(
            $"{Configs} BankingConfigs from the operator's start until all are Rendered",
            seconds,
            8,
            "s",
            string.Create(CultureInfo.InvariantCulture, $"CPU: operator {own:0.#} s, kube-apiserver {its:0.#} s")
        );
        await AtRestAsync(op);
        var each = (await RequestsAsync() - requests) / Configs;
        BenchTable.Row(
            "requests per object",
            each.ToString("0.#", CultureInfo.InvariantCulture),
            "8 objects, their status before and after its sidecar was asked"
        );
        BenchTable.Row("memory (RSS) at rest after that", op.RssKib / 1024.0, 120, "MiB", $"{await HeapAsync(op)}; no sidecar answers");
        Assert.Equal(0, await op.TerminateAsync());

        await using var proxy = await ApiProxy.StartAsync(server);
        began = clock.GetTimestamp();
        op = await stage.StartAsync(proxy.TlsUrl, "--leader-elect", "true", "--sidecar-address", address);
        await Until.TrueAsync(async () => await DoneAsync(op) >= Configs, "all are looked at", TimeSpan.FromMinutes(4), () => op.Tail(10));
        BenchTable.Row(
            $"restart with {Configs} that are rendered, until all were looked at",
            string.Create(CultureInfo.InvariantCulture, $"{clock.GetElapsedTime(began).TotalSeconds:0.#} s"),
            string.Create(
                CultureInfo.InvariantCulture,
                $"{proxy.Count(static request => request.IsWrite && !request.Path.Contains("/leases", StringComparison.Ordinal))} writes"
            )
        );
        await AtRestAsync(op);
        proxy.Forget();
        await Task.Delay(Idle);
        var others = proxy.Requests.Where(static request =>
            !request.IsWatch && !request.Path.Contains("/leases/", StringComparison.Ordinal)
        );
        BenchTable.Row(
            $"requests in {Idle.TotalSeconds} s at rest, besides watches and the lease",
            others.Count(),
            0,
            "",
            $"lease {proxy.Count(static request => request.Path.Contains("/leases/", StringComparison.Ordinal))}, "
                + $"watches begun or running {proxy.Count(static request => request.IsWatch)}"
        );
        BenchTable.Row("memory (RSS) at rest after a restart", op.RssKib / 1024.0, 120, "MiB", await HeapAsync(op));
        Assert.Equal(0, await op.TerminateAsync());
        await BareLoopAsync(stage);
        await server.KubectlAsync("delete", "namespace", stage.Namespace, "--wait=false");
    }

    /// <summary>
    /// What the API server itself needs for the writes that the operator made: the same bytes, applied anew in another namespace
    /// by a loop that renders, checks and watches nothing. Less than this no operator can take.
    /// </summary>
    private async Task BareLoopAsync(Stage stage)
    {
        var space = await server.NewNamespaceAsync();
        var writes = new List<List<(string Path, string Type, string Body)>>();
        foreach (var i in Enumerable.Range(0, Copies))
        {
            var own = $"namespaces/{stage.Namespace}";
            var config = (await ItemsAsync($"{Crd}/{own}/bankingconfigs?fieldSelector=metadata.name=c{i}")).Single();
            var status = new JsonObject { ["status"] = config["status"]!.DeepClone() }.ToJsonString();
            var part = ($"{Crd}/namespaces/{space}/bankingconfigs/c{i}/status?fieldManager=bench", "application/merge-patch+json", status);

            // Twice, as the status was written before and after the sidecar was asked, and differs.
            var list = new List<(string, string, string)>
            {
                part with
                {
                    Item3 = status.Replace("SidecarUnreachable", "NotAsked", StringComparison.Ordinal),
                },
                part,
            };
            foreach (var kind in new[] { "configmaps", "secrets", "services" })
            {
                foreach (var item in await ItemsAsync($"api/v1/{own}/{kind}?labelSelector={OwnedLabels.Config}=c{i}"))
                {
                    var name = (string)item["metadata"]!["name"]!;
                    item["apiVersion"] = "v1";
                    item["kind"] = kind switch
                    {
                        "configmaps" => "ConfigMap",
                        "secrets" => "Secret",
                        _ => "Service",
                    };
                    item["metadata"] = new JsonObject { ["name"] = name, ["labels"] = item["metadata"]!["labels"]!.DeepClone() };
                    item.Remove("status");
                    list.Insert(
                        0,
                        (
                            $"api/v1/namespaces/{space}/{kind}/{name}?fieldManager=bench&force=true",
                            "application/apply-patch+yaml",
                            item.ToJsonString()
                        )
                    );
                }
            }

            Assert.Equal(10, list.Count);
            writes.Add(list);
        }

        await CreateAsync(stage, space, Copies);
        var (clock, cpu) = (TimeProvider.System, server.Server.CpuSeconds);
        var began = clock.GetTimestamp();
        await Parallel.ForEachAsync(
            writes,
            new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = TestContext.Current.CancellationToken },
            async (list, _) =>
            {
                await Task.WhenAll(list.SkipLast(2).Select(PatchAsync));
                foreach (var report in list.TakeLast(2))
                {
                    await PatchAsync(report);
                }
            }
        );
        var scale = (double)Configs / Copies;
        BenchTable.Row(
            $"for comparison: the same writes for {Copies} by a bare loop, times {scale:0}",
            string.Create(CultureInfo.InvariantCulture, $"{clock.GetElapsedTime(began).TotalSeconds * scale:0.#} s"),
            string.Create(CultureInfo.InvariantCulture, $"CPU: kube-apiserver {(server.Server.CpuSeconds - cpu) * scale:0.#} s")
        );
        await server.KubectlAsync("delete", "namespace", space, "--wait=false");
    }

    private async Task<IEnumerable<JsonObject>> ItemsAsync(string path)
    {
        using var answer = await server.Admin.HttpClient.GetAsync(new Uri(server.Url, path));
        answer.EnsureSuccessStatusCode();
        var list = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        return [.. list["items"]!.AsArray().Select(static item => item!.DeepClone().AsObject())];
    }

    private async Task PatchAsync((string Path, string Type, string Body) write)
    {
        using var content = new StringContent(write.Body, null, write.Type);
        using var request = new HttpRequestMessage(HttpMethod.Patch, new Uri(server.Url, write.Path));
        request.Content = content;
        using var answer = await server.Admin.HttpClient.SendAsync(request);
        Assert.True(answer.IsSuccessStatusCode, $"{write.Path}: {await answer.Content.ReadAsStringAsync()}");
    }

    private async Task CreateAsync(Stage stage, string space, int count) =>
        await Parallel.ForEachAsync(
            Enumerable.Range(0, count),
            new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = TestContext.Current.CancellationToken },
            async (i, _) =>
            {
                var manifest = stage.Manifest($"c{i}");
                manifest["metadata"]!["namespace"] = space;
                await new BankingConfigClient(server.Admin, space).CreateAsync(manifest);
            }
        );

    private static bool IsRendered(JsonElement config) =>
        config.TryGetProperty("status", out var status)
        && status.TryGetProperty("conditions", out var conditions)
        && conditions
            .EnumerateArray()
            .Any(static condition =>
                condition.GetProperty("type").GetString() == ConditionTypes.Rendered
                && condition.GetProperty("status").GetString() == "True"
            );

    private static Task<double> DoneAsync(OperatorProcess op) =>
        op.MetricAsync("slurm_banking_operator_reconciliations_total", "outcome=\"done\"");

    // When nothing has been reconciled for as long as it takes to ask every sidecar once.
    private static async Task AtRestAsync(OperatorProcess op)
    {
        for (var (known, quiet) = (-1.0, 0); quiet < 35; quiet++)
        {
            await Task.Delay(TimeSpan.FromSeconds(1));
            var now = await DoneAsync(op);
            (known, quiet) = (now, now == known ? quiet : 0);
        }
    }

    private static async Task<string> HeapAsync(OperatorProcess op)
    {
        var (heap, committed) = (
            await op.MetricAsync("dotnet_gc_last_collection_heap_size_bytes"),
            await op.MetricAsync("dotnet_gc_last_collection_memory_committed_size_bytes")
        );
        return string.Create(CultureInfo.InvariantCulture, $"heap {heap / (1 << 20):0} MiB, committed {committed / (1 << 20):0} MiB");
    }

    // As the server counts those kinds that the operator touches, and hardly anybody else here.
    private async Task<double> RequestsAsync()
    {
        using var answer = await server.Admin.HttpClient.GetAsync(new Uri(server.Url, "/metrics"));
        string[] kinds = ["configmaps", "secrets", "services", "bankingconfigs", "events", "pods"];
        return PrometheusText
            .Parse(await answer.Content.ReadAsStringAsync())
            .Where(series =>
                series.Key.StartsWith("apiserver_request_total{", StringComparison.Ordinal)
                && !series.Key.Contains("verb=\"WATCH\"", StringComparison.Ordinal)
                && kinds.Any(kind => series.Key.Contains($"resource=\"{kind}\"", StringComparison.Ordinal))
            )
            .Sum(static series => series.Value);
    }
}
