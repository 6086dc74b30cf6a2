using System.Text.Json;
using SlurmBanking.Sidecar.Tests.Executable;

namespace SlurmBanking.Sidecar.Tests.NodeRole;

/// <summary>Queries on a login node, by clients that are not ours.</summary>
public sealed class QueryProxyTests : IDisposable
{
    private const string Nobody = "65534";

    // Says everything that might make it somebody else.
    private const string LocalClient = """
        import json, sys
        import grpc
        import banking_pb2, banking_pb2_grpc
        channel = grpc.insecure_channel("unix:" + sys.argv[1])
        spoof = (("slurm-banking-uid", "4242"), ("authorization", "Bearer " + sys.argv[2]))
        status = banking_pb2_grpc.BankingStub(channel).Status(banking_pb2.StatusRequest(), timeout=20, metadata=spoof)
        stub = banking_pb2_grpc.BankingStub(channel)
        def code(call):
            try:
                call()
                return "OK"
            except grpc.RpcError as e:
                return e.code().name
        jobs = [
            code(lambda: stub.ListJobs(banking_pb2.ListJobsRequest(), timeout=20, metadata=spoof)),
            code(lambda: stub.ListJobs(banking_pb2.ListJobsRequest(uid=4242), timeout=20, metadata=spoof)),
            code(lambda: stub.Balance(banking_pb2.BalanceRequest(uid=4242), timeout=20, metadata=spoof)),
            code(lambda: stub.Quote(banking_pb2.QuoteRequest(uid=4242), timeout=20, metadata=spoof)),
            code(lambda: stub.ListOutbox(banking_pb2.ListOutboxRequest(), timeout=20, metadata=spoof)),
            code(lambda: stub.DiscardDeadLetters(banking_pb2.DiscardDeadLettersRequest(), timeout=20, metadata=spoof)),
        ]
        print(json.dumps({
            "jobs": jobs,
            "role": status.role, "cluster": status.cluster, "controller": status.node.controller,
            "answers": status.node.controller_answers, "problem": status.node.problem, "all": str(status),
        }))
        """;

    private const string RemoteClient = """
        import json, sys
        import grpc
        import banking_pb2, banking_pb2_grpc
        with open(sys.argv[2], "rb") as file:
            trust = grpc.ssl_channel_credentials(file.read())
        channel = grpc.secure_channel("localhost:" + sys.argv[1], trust, (("grpc.enable_http_proxy", 0),))
        def bearing(token, *more):
            return (("authorization", "Bearer " + token),) + more
        start = banking_pb2.StartHint(job_id=77, uid=1000, node="n1")
        facts = banking_pb2_grpc.FactsStub(channel)
        request = banking_pb2.ReportStartsRequest(starts=[start])
        taken = facts.ReportStarts(request, timeout=20, metadata=bearing(sys.argv[3])).taken
        status = banking_pb2_grpc.BankingStub(channel).Status(
            banking_pb2.StatusRequest(), timeout=20, metadata=bearing(sys.argv[4], ("slurm-banking-uid", "1000")))
        refused = []
        for metadata in (bearing(sys.argv[4], ("slurm-banking-uid", "1000")), ()):
            try:
                facts.ReportStarts(request, timeout=20, metadata=metadata)
            except grpc.RpcError as e:
                refused.append(e.code().name)
        print(json.dumps({"taken": taken, "role": status.role, "cluster": status.cluster, "refused": refused}))
        """;

    private readonly Site _site = new();

    public QueryProxyTests()
    {
        Assert.SkipUnless(Environment.UserName == "root", "only root can start a process of another user");
        Assert.SkipUnless(ForeignClient.IsInstalled, ForeignClient.NotInstalled);
    }

    public void Dispose() => _site.Dispose();

    [Fact]
    public async Task A_question_goes_to_the_controller_for_the_uid_that_the_kernel_says()
    {
        var controller = await _site.ControllerAsync();
        await _site.NodeAsync(login: true);
        var status = await AskAsync(Nobody);
        Assert.Equal(("controller", "savio"), (Text(status, "role"), Text(status, "cluster")));
        Assert.Equal($"https://localhost:{_site.Port}", Text(status, "controller"));
        Assert.Contains("Banking/Status called, scope login, uid 65534\n", controller.Output, StringComparison.Ordinal);

        // For others nobody may ask over the network, root of a login node included, and there is nothing to administer there.
        string[] refused = ["PERMISSION_DENIED", "PERMISSION_DENIED", "PERMISSION_DENIED"];
        Assert.Equal(["OK", .. refused, "PERMISSION_DENIED", "PERMISSION_DENIED"], Codes(status));
        Assert.Equal(["OK", .. refused, "UNIMPLEMENTED", "UNIMPLEMENTED"], Codes(await AskAsync("0")));
        Assert.Contains("Banking/ListJobs called, scope login, uid 65534\n", controller.Output, StringComparison.Ordinal);
        Assert.Contains("Banking/Status called, scope login, uid 0\n", controller.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("4242", controller.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("canary", Text(status, "all"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_login_token_the_node_answers_for_itself()
    {
        var controller = await _site.ControllerAsync();
        var node = await _site.NodeAsync();
        await node.UntilSaidAsync("takes reports");
        var status = await AskAsync(Nobody);
        Assert.Equal(("node", "", ""), (Text(status, "role"), Text(status, "cluster"), Text(status, "problem")));
        Assert.True(status.GetProperty("answers").GetBoolean());
        Assert.Equal(["FAILED_PRECONDITION"], Codes(status).Take(4).Distinct(StringComparer.Ordinal));
        Assert.DoesNotContain("Banking/Status", controller.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task While_the_controller_can_not_be_asked_the_node_says_so()
    {
        await _site.NodeAsync(login: true);
        var status = await AskAsync(Nobody);
        Assert.Equal("node", Text(status, "role"));
        Assert.Contains("Connection refused", Text(status, "problem"), StringComparison.Ordinal);

        _site.Write("login-token", Site.NodeToken);
        await _site.ControllerAsync();

        // What else goes wrong while it comes up is over in a moment.
        await Until.TrueAsync(
            async () => Text(status = await AskAsync(Nobody), "problem") == "this method is not for a token of scope node",
            () => status.GetRawText()
        );
        Assert.Equal("node", Text(status, "role"));
    }

    [Fact]
    public async Task A_foreign_client_reports_and_asks_over_TLS()
    {
        var controller = await _site.ControllerAsync();
        var script = await ForeignClient.PrepareAsync(_site.In("client"), RemoteClient);
        var answer = await ForeignClient.RunAsync(
            _site.In("client"),
            "/usr/bin/python3",
            script,
            _site.Port.ToString(),
            _site.In("ca.crt"),
            Site.NodeToken,
            Site.LoginToken
        );
        using var json = JsonDocument.Parse(answer);
        Assert.Equal(1, json.RootElement.GetProperty("taken").GetInt32());
        Assert.Equal(("controller", "savio"), (Text(json.RootElement, "role"), Text(json.RootElement, "cluster")));
        Assert.Equal(
            ["PERMISSION_DENIED", "UNAUTHENTICATED"],
            json.RootElement.GetProperty("refused").EnumerateArray().Select(static code => code.GetString())
        );
        Assert.Equal([77], Site.Heard(controller));
    }

    private static IEnumerable<string> Codes(JsonElement status) =>
        status.GetProperty("jobs").EnumerateArray().Select(static code => code.GetString()!);

    private static string Text(JsonElement status, string name) => status.GetProperty(name).GetString()!;

    private async Task<JsonElement> AskAsync(string uid)
    {
        var script = await ForeignClient.PrepareAsync(_site.In("client"), LocalClient);
        string[] identity = [$"--reuid={uid}", $"--regid={uid}", "--clear-groups"];
        var answer = await ForeignClient.RunAsync(
            _site.In("client"),
            "setpriv",
            [.. identity, "/usr/bin/python3", script, _site.NodeApi, Site.LoginToken]
        );
        return JsonDocument.Parse(answer).RootElement.Clone();
    }
}
