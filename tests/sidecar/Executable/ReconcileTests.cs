using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json;
using SlurmBanking.BankApi;

namespace SlurmBanking.Sidecar.Tests.Executable;

/// <summary>
/// sbank reconcile and any other gRPC client against the process. Scripts stand for Slurm's commands: accounting has one job, of
/// 4 CPUs for an hour at 0.75 SU.
/// </summary>
public sealed class ReconcileTests : IDisposable
{
    private const string Client = """
        import json, sys
        import grpc
        import banking_pb2, banking_pb2_grpc
        channel = grpc.insecure_channel("unix:" + sys.argv[1])
        request = banking_pb2.ReconcileRequest()
        request.since.seconds = int(sys.argv[2])
        replies = list(banking_pb2_grpc.BankingStub(channel).Reconcile(request, timeout=30))
        difference, summary = replies[0].difference, replies[-1].summary
        print(json.dumps({
            "kind": banking_pb2.Difference.Kind.Name(difference.kind), "id": difference.bank_id, "expected": difference.expected,
            "told": difference.HasField("told"), "runs": summary.runs, "differences": summary.differences, "replies": len(replies),
        }))
        """;

    private readonly TemporaryState _state = new();
    private readonly HttpListener _bank = new();
    private readonly string _address = $"http://127.0.0.1:{SidecarProcess.FreePort()}/";
    private readonly ConcurrentDictionary<string, string> _records = new(StringComparer.Ordinal);
    private readonly Task _banking;

    // Two hours ago, on the second.
    private readonly DateTimeOffset _start = DateTimeOffset.FromUnixTimeSeconds(DateTimeOffset.UtcNow.ToUnixTimeSeconds() - 7200);

    public ReconcileTests()
    {
        _bank.Prefixes.Add(_address);
        _bank.Start();
        _banking = ServeAsync();
        Script("scontrol", "case \"$*\" in ping) echo 'Slurmctld(primary) at h is UP';; *partition*) echo 'PartitionName=normal';; esac");
        Script("squeue", "");
        var begun = _start.ToUnixTimeSeconds();
        Account(
            $"printf '7\\0377\\0371000\\037fc_abc\\037normal\\037\\037COMPLETED\\037{begun}\\037{begun}\\037{begun + 3600}\\0373600\\037120\\037n1\\037cpu=4,node=1\\037\\n'"
        );
    }

    private string Since => _start.AddHours(-1).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'");

    public void Dispose()
    {
        _bank.Stop();
        _banking.GetAwaiter().GetResult();
        _bank.Close();
        _state.Dispose();
    }

    [Fact]
    public async Task Differences_are_shown_posted_on_demand_and_then_gone()
    {
        using var sidecar = await StartAsync();
        var (code, table, errors) = await ReconcileAsync(sidecar);
        Assert.True(code == 1, errors);
        Assert.Matches(@"(?m)^ *missing +7 +fc_abc +\S+ +COMPLETED +3\.00 +- +[-0-9]+ [:0-9]+$", table);
        Assert.EndsWith("1 runs compared, 1 differences, 0 remarks, 0 posted\n", table, StringComparison.Ordinal);
        Assert.Empty(_records);

        (code, var text, errors) = await ReconcileAsync(sidecar, "--post", "--json");
        Assert.True(code == 1, errors);
        using var json = JsonDocument.Parse(text);
        var found = Assert.Single(json.RootElement.GetProperty("items").EnumerateArray());
        Assert.Equal(("missing", "7", 3m), (Of(found, "kind"), Of(found, "bank_id"), found.GetProperty("expected").GetDecimal()));
        Assert.Equal((JsonValueKind.Null, true), (found.GetProperty("told").ValueKind, found.GetProperty("posted").GetBoolean()));
        Assert.Equal(1, json.RootElement.GetProperty("posted").GetInt32());
        for (var i = 0; i < 100 && _records.IsEmpty; i++)
        {
            await Task.Delay(100);
        }

        Assert.Equal("3.00", $"{JsonSerializer.Deserialize(_records["7"], BankApiJsonContext.Default.Job)!.Amount}");
        Assert.Equal(
            (0, "1 runs compared, 0 differences, 0 remarks, 0 posted\n"),
            (await ReconcileAsync(sidecar, "--post")) is var again ? (again.Code, again.Output) : default
        );
    }

    [Fact]
    public async Task Any_grpc_client_may_ask_as_root_or_slurm_user()
    {
        Assert.SkipUnless(ForeignClient.IsInstalled, ForeignClient.NotInstalled);
        using var sidecar = await StartAsync();
        var directory = sidecar.In("client");
        var script = await ForeignClient.PrepareAsync(directory, Client);
        var since = _start.AddHours(-1).ToUnixTimeSeconds();
        using var answer = JsonDocument.Parse(
            await ForeignClient.RunAsync(directory, "/usr/bin/python3", script, sidecar.ApiSocket, $"{since}")
        );
        Assert.Equal("MISSING", Of(answer.RootElement, "kind"));
        Assert.Equal("7", Of(answer.RootElement, "id"));
        Assert.Equal(300, answer.RootElement.GetProperty("expected").GetInt32());
        Assert.False(answer.RootElement.GetProperty("told").GetBoolean());

        // The difference, how far it has come after the only day, the summary.
        Assert.Equal(
            (1, 1, 3),
            (
                answer.RootElement.GetProperty("runs").GetInt32(),
                answer.RootElement.GetProperty("differences").GetInt32(),
                answer.RootElement.GetProperty("replies").GetInt32()
            )
        );
    }

    [Fact]
    public async Task Without_accounting_it_says_so_and_exits_with_3()
    {
        using var sidecar = await StartAsync();
        Account("echo 'Slurm accounting storage is disabled' >&2; exit 1");
        var (code, output, errors) = await ReconcileAsync(sidecar);
        Assert.Equal((3, "", "sbank: Slurm keeps no accounting here (AccountingStorageType of slurm.conf)\n"), (code, output, errors));
        Account("echo 'sacct: error: slurmdbd is away' >&2; exit 1");
        (code, output, errors) = await ReconcileAsync(sidecar, "--json");
        Assert.Equal((3, ""), (code, output));
        Assert.Contains("slurmdbd is away", errors, StringComparison.Ordinal);
    }

    private static string? Of(JsonElement element, string name) => element.GetProperty(name).GetString();

    private Task<(int Code, string Output, string Errors)> ReconcileAsync(SidecarProcess sidecar, params string[] more) =>
        SidecarProcess.SbankAsync(["--socket", sidecar.ApiSocket, "reconcile", "--since", Since, .. more]);

    private async Task<SidecarProcess> StartAsync()
    {
        var configuration = $"API.url = \"{_address}\"\nAPI.token = \"t\"\nPartitionPrice.normal = 0.75\n";
        var sidecar = new SidecarProcess(configuration, ("PATH", _state.In("slurm")));
        await sidecar.UntilUpAsync();
        for (var i = 0; i < 300 && await sidecar.GetAsync("/readyz") != "Healthy"; i++)
        {
            await Task.Delay(100);
        }

        return sidecar;
    }

    private void Account(string answer) => Script("sacct", answer);

    private void Script(string command, string text)
    {
        var file = Path.Combine(Directory.CreateDirectory(_state.In("slurm")).FullName, command);
        File.WriteAllText(file + ".next", $"#!/bin/sh\n{text}\n");
        File.SetUnixFileMode(file + ".next", (UnixFileMode)0b111_101_101);
        File.Move(file + ".next", file, overwrite: true);
    }

    private async Task ServeAsync()
    {
        while (_bank.IsListening)
        {
            try
            {
                var context = await _bank.GetContextAsync();
                using var reader = new StreamReader(context.Request.InputStream);
                var answer = Answer(context.Request.HttpMethod, context.Request.Url!.AbsolutePath, await reader.ReadToEndAsync());
                context.Response.StatusCode = answer is null ? 404 : 200;
                context.Response.ContentType = "application/json";
                context.Response.OutputStream.Write(Encoding.UTF8.GetBytes(answer ?? "{}"));
                context.Response.Close();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private string? Answer(string method, string path, string body)
    {
        if (!path.StartsWith("/jobs/", StringComparison.Ordinal))
        {
            return """{"success":true,"message":"A job with job_cost 1.00 can be submitted."}""";
        }

        var id = path["/jobs/".Length..].TrimEnd('/');
        return method == "PUT" ? _records[id] = body
            : id.Length == 0 ? $$"""{"count":{{_records.Count}},"next":null,"results":[{{string.Join(',', _records.Values)}}]}"""
            : _records.GetValueOrDefault(id);
    }
}
