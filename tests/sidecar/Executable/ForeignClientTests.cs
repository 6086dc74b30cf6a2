using System.Text.Json;

namespace SlurmBanking.Sidecar.Tests.Executable;

/// <summary>Any gRPC client works: Debian's python3-grpcio, with stubs that Debian's protoc makes of spec/banking.proto.</summary>
public sealed class ForeignClientTests
{
    private const string Canary = "s3cr3t-canary-31415";

    private const string Configuration = $"""
        [API]
        url = "http://127.0.0.1:9/api"
        token = "Token {Canary}"
        [PartitionPrice]
        normal = 0.75
        [Sidecar]
        cluster = "savio"
        [Nope]
        key = 1
        """;

    private const string Client = """
        import json, sys
        import grpc
        import banking_pb2, banking_pb2_grpc
        channel = grpc.insecure_channel("unix:" + sys.argv[1])
        grpc.channel_ready_future(channel).result(timeout=30)
        status = banking_pb2_grpc.BankingStub(channel).Status(banking_pb2.StatusRequest(), timeout=10)
        raw = lambda message: message
        health = channel.unary_unary("/grpc.health.v1.Health/Check", raw, raw)(b"", timeout=10)
        reflect = channel.stream_stream("/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo", raw, raw)
        services = next(reflect(iter([b"\x3a\x00"]), timeout=10))
        print(json.dumps({
            "role": status.role, "cluster": status.cluster, "mode": status.configuration.mode,
            "hash": status.configuration.hash, "degraded": status.configuration.degraded,
            "problems": list(status.configuration.problems), "url": status.bank.url, "ready": status.view.ready,
            "view_problem": status.view.problem, "open": status.holds.open, "pending": status.outbox.pending,
            "started": status.started.seconds, "health": health.hex(), "services": services.decode("latin-1"),
            "all": str(status),
        }))
        """;

    [Fact]
    public async Task Status_health_reflection_and_metrics_are_there_for_anybody_and_the_token_is_nowhere()
    {
        Assert.SkipUnless(ForeignClient.IsInstalled, ForeignClient.NotInstalled);
        using var sidecar = new SidecarProcess(Configuration);
        await sidecar.UntilUpAsync();
        var status = await AskAsync(sidecar);
        Assert.Equal("controller", status.GetProperty("role").GetString());
        Assert.Equal("savio", status.GetProperty("cluster").GetString());
        Assert.Equal("enforce", status.GetProperty("mode").GetString());
        Assert.Equal(64, status.GetProperty("hash").GetString()!.Length);
        Assert.False(status.GetProperty("degraded").GetBoolean());
        Assert.EndsWith(
            "bank-config.toml:9:1: warning: unknown key Nope.key",
            Assert.Single(status.GetProperty("problems").EnumerateArray()).GetString(),
            StringComparison.Ordinal
        );
        Assert.Equal("http://127.0.0.1:9/api", status.GetProperty("url").GetString());
        Assert.False(status.GetProperty("ready").GetBoolean());
        Assert.Contains("scontrol can't be started", status.GetProperty("view_problem").GetString(), StringComparison.Ordinal);
        Assert.Equal((0, 0), (status.GetProperty("open").GetInt32(), status.GetProperty("pending").GetInt32()));
        Assert.InRange(DateTimeOffset.UtcNow.ToUnixTimeSeconds() - status.GetProperty("started").GetInt64(), 0, 120);

        // HealthCheckResponse.status = SERVING
        Assert.Equal("0801", status.GetProperty("health").GetString());
        Assert.Contains("slurm_banking.v1.Banking", status.GetProperty("services").GetString(), StringComparison.Ordinal);
        Assert.Contains("grpc.health.v1.Health", status.GetProperty("services").GetString(), StringComparison.Ordinal);

        var metrics = await sidecar.GetAsync("/metrics");
        Assert.Contains("slurm_banking_holds_open", metrics, StringComparison.Ordinal);
        Assert.Contains("slurm_banking_outbox_pending", metrics, StringComparison.Ordinal);
        Assert.Equal("Healthy", await sidecar.GetAsync("/healthz"));

        Assert.Contains("is in force", sidecar.Output, StringComparison.Ordinal);
        foreach (var said in new[] { sidecar.Output, metrics, status.GetProperty("all").GetString()! })
        {
            Assert.DoesNotContain(Canary, said, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_good_file_is_printed_in_full_with_the_token_masked()
    {
        var (code, output, errors) = await CheckAsync(Configuration);
        Assert.Equal(0, code);
        Assert.EndsWith("bank-config.toml:9:1: warning: unknown key Nope.key\n", errors, StringComparison.Ordinal);
        using var json = JsonDocument.Parse(output);
        Assert.Equal("***", json.RootElement.GetProperty("API").GetProperty("token").GetString());
        Assert.Equal("0.75", json.RootElement.GetProperty("PartitionPrice").GetProperty("normal").GetRawText());
        Assert.Equal("7-00:00:00", json.RootElement.GetProperty("Policy").GetProperty("assumed_time_limit").GetString());
        Assert.DoesNotContain(Canary, output + errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[API]\nurl = \"http://b\"\ntoken = " + Canary + "\n", ":3:")]
    [InlineData(
        "[API]\nurl = \"http://b\"\ntoken = \"" + Canary + "\"\ntoken = \"" + Canary + "\"\n",
        ":4:1: error: API.token is given twice"
    )]
    [InlineData("[API]\nurl = 1\ntoken = \"" + Canary + "\"\n", ":2:1: error: API.url must be a text in quotes")]
    public async Task A_bad_file_is_fatal_there_with_its_place_and_without_its_token(string text, string problem)
    {
        var (code, output, errors) = await CheckAsync(text);
        Assert.Equal((1, ""), (code, output));
        Assert.Contains("bank-config.toml" + problem, errors, StringComparison.Ordinal);
        Assert.DoesNotContain(Canary, errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_file_is_fatal_there() =>
        Assert.Equal(1, (await SidecarProcess.RunAsync("check-config", Path.Combine(Path.GetTempPath(), "there-is-none.toml"))).Code);

    private static async Task<(int Code, string Output, string Errors)> CheckAsync(string text)
    {
        using var state = new TemporaryState();
        await File.WriteAllTextAsync(state.Paths.ConfigFile, text);
        return await SidecarProcess.RunAsync("check-config", state.Paths.ConfigFile);
    }

    private static async Task<JsonElement> AskAsync(SidecarProcess sidecar)
    {
        var directory = sidecar.In("client");
        var script = await ForeignClient.PrepareAsync(directory, Client);
        var answer = await ForeignClient.RunAsync(directory, "/usr/bin/python3", script, sidecar.ApiSocket);
        return JsonDocument.Parse(answer).RootElement.Clone();
    }
}
