using System.Diagnostics;
using Google.Protobuf;
using Microsoft.Data.Sqlite;
using SlurmBanking.Sidecar.Tests.Intake;
using SlurmBanking.Wire;
using SlurmBanking.Wire.Banking;
using SlurmBanking.Wire.Hooks;

namespace SlurmBanking.Sidecar.Tests.NodeRole;

/// <summary>A start's way from slurmstepd over the node's sidecar to the controller's, whatever dies in between.</summary>
public sealed class ForwardingTests : IDisposable
{
    private readonly Site _site = new();

    public ForwardingTests() => Assert.SkipUnless(Environment.UserName == "root", "on a node only root may report starts");

    public void Dispose() => _site.Dispose();

    [Fact]
    public async Task A_start_that_is_reported_on_a_node_reaches_the_controller()
    {
        var controller = await _site.ControllerAsync();
        var node = await _site.NodeAsync();
        _site.Report(7);
        await Site.UntilHeardAsync(controller, [7]);
        Assert.Equal(1, await controller.MetricAsync("slurm_banking_facts_total", "kind=\"forwarded\""));
        await Until.TrueAsync(async () => (await _site.NodeStatusAsync()).Node.Forwarded == 1, () => node.Output);
        var status = await _site.NodeStatusAsync();
        Assert.Equal(("node", 0UL, 0UL, ""), (status.Role, status.Node.Kept, status.Node.Dropped, status.Node.Problem));
        Assert.True(status.Node.ControllerAnswers);
        Assert.Equal($"https://localhost:{_site.Port}", status.Node.Controller);
        Assert.InRange(DateTimeOffset.UtcNow - status.Node.LastAnswer.ToDateTimeOffset(), TimeSpan.Zero, TimeSpan.FromMinutes(1));
        Assert.Equal(1, await node.MetricAsync("slurm_banking_starts_forwarded_total"));
        Assert.Equal(1, await node.MetricAsync("slurm_banking_controller_available"));
        Assert.False(File.Exists(_site.In("node-run", "fallback")));
    }

    [Fact]
    public async Task While_the_controller_is_down_starts_are_kept_and_a_killed_node_still_forwards_them()
    {
        var node = await _site.NodeAsync();

        // More than fit one report.
        var jobs = Enumerable.Range(1, 300).ToList();
        _site.Report(jobs);
        node.Kill();
        node = await _site.NodeAsync();
        var status = (await _site.NodeStatusAsync()).Node;
        Assert.Equal((300UL, false), (status.Kept, status.ControllerAnswers));
        await node.UntilSaidAsync("does not take reports: Connection refused");
        Assert.Equal(300, await node.MetricAsync("slurm_banking_starts_kept"));
        Assert.Equal(0, await node.MetricAsync("slurm_banking_controller_available"));

        var controller = await _site.ControllerAsync();
        await Site.UntilHeardAsync(controller, jobs);
        await Until.TrueAsync(async () => (await _site.NodeStatusAsync()).Node.Kept == 0, () => node.Output);
        Assert.Equal(300, await controller.MetricAsync("slurm_banking_facts_total", "kind=\"forwarded\""));
    }

    [Fact]
    public async Task A_controller_that_dies_between_two_starts_gets_the_second_when_it_is_back()
    {
        var controller = await _site.ControllerAsync();
        var node = await _site.NodeAsync();
        _site.Report(1);
        await Site.UntilHeardAsync(controller, [1]);

        // Killed before its receipt is there it would get the first one again, too.
        await Until.TrueAsync(async () => (await _site.NodeStatusAsync()).Node.Kept == 0, () => node.Output);
        controller.Kill();
        _site.Report(2);
        await node.UntilSaidAsync("does not take reports");
        controller = await _site.ControllerAsync();
        await Site.UntilHeardAsync(controller, [2]);
    }

    [Fact]
    public async Task A_start_that_the_controller_never_takes_keeps_nobody_else_waiting()
    {
        (await _site.NodeAsync()).Kill();
        using (var database = new SqliteConnection($"Data Source={_site.NodeDatabase};Pooling=False"))
        {
            await database.OpenAsync();
            for (uint job = 0; job < 3; job++)
            {
                // No sidecar would keep a start of job 0: a controller of another version might refuse more than this node's.
                using var insert = database.CreateCommand();
                insert.CommandText = "INSERT INTO start (time, body) VALUES ($now, $body)";
                insert.Parameters.AddWithValue("$now", DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());
                insert.Parameters.AddWithValue("$body", new StartHint { JobId = job, Node = "n1" }.ToByteArray());
                await insert.ExecuteNonQueryAsync();
            }
        }

        var controller = await _site.ControllerAsync();
        var node = await _site.NodeAsync();
        await Site.UntilHeardAsync(controller, [1, 2]);
        await Until.TrueAsync(async () => (await _site.NodeStatusAsync()).Node.Kept == 0, () => node.Output);
        var status = (await _site.NodeStatusAsync()).Node;
        Assert.Equal((2UL, 1UL, true), (status.Forwarded, status.Dropped, status.ControllerAnswers));
        Assert.Equal(1, await node.MetricAsync("slurm_banking_starts_dropped_total", "reason=\"refused\""));
    }

    [Fact]
    public async Task Starts_that_were_left_as_files_are_forwarded_and_other_facts_set_aside()
    {
        var controller = await _site.ControllerAsync();
        await _site.NodeAsync();
        Spool(
            "a",
            new Request
            {
                Start = new Start { JobId = 9, Node = "n1" },
            }
        );
        Spool("b", new Request { End = new End { JobId = 9 } });
        await Site.UntilHeardAsync(controller, [9]);
        await Until.TrueAsync(
            () => Task.FromResult(File.Exists(_site.In("node-spool", "b.frame.corrupt"))),
            static () => "the end was not set aside"
        );
        Assert.False(File.Exists(_site.In("node-spool", "a.frame")));
    }

    [Fact]
    public async Task What_belongs_to_the_controller_is_not_understood_on_a_node()
    {
        await _site.NodeAsync();
        using var plugin = new Plugin(_site.NodeHooks);
        plugin.Ask(
            new Request
            {
                Hello = new Hello { Protocol = 1, Hook = Hook.Spank },
            }
        );
        Request[] foreign =
        [
            new() { Submission = new Submission { HoldId = "0123456789abcdef0123456789abcdef" } },
            new() { End = new End { JobId = 1 } },
        ];
        Assert.All(
            foreign,
            request =>
            {
                var rejection = plugin.Ask(request).Rejection;
                Assert.Equal(Rejection.Types.Reason.NotUnderstood, rejection.Reason);
                Assert.Contains("node's sidecar", rejection.Message, StringComparison.Ordinal);
            }
        );
        Start[] senseless = [new() { Node = "n1" }, new() { JobId = 1, Node = new string('x', 256) }];
        Assert.All(
            senseless,
            start => Assert.Equal(Rejection.Types.Reason.NotUnderstood, plugin.Ask(new Request { Start = start }).Rejection.Reason)
        );
        Assert.Equal(0UL, (await _site.NodeStatusAsync()).Node.Kept);
    }

    [Fact]
    public async Task On_a_node_only_root_may_report_starts()
    {
        var node = await _site.NodeAsync();
        const string connect =
            "import socket,sys\ns=socket.socket(socket.AF_UNIX)\ns.connect(sys.argv[1])\ns.settimeout(10)\nb=b''\n"
            + "while True:\n  d=s.recv(4096)\n  if not d: break\n  b+=d\nsys.stdout.buffer.write(b)";
        var start = new ProcessStartInfo(
            "setpriv",
            ["--reuid=65534", "--regid=65534", "--clear-groups", "/usr/bin/python3", "-c", connect, _site.NodeHooks]
        )
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
        };
        using var child = Process.Start(start)!;
        using var bytes = new MemoryStream();
        await child.StandardOutput.BaseStream.CopyToAsync(bytes);
        await child.WaitForExitAsync();
        var rejection = Reply.Parser.ParseFrom(bytes.ToArray()[Frame.HeaderBytes..]).Rejection;
        Assert.Equal(
            (Rejection.Types.Reason.NotAuthorized, "only root may report starts on a node"),
            (rejection.Reason, rejection.Message)
        );
        Assert.Equal(1, await node.MetricAsync("slurm_banking_peers_unauthorized_total"));
    }

    private void Spool(string name, Request request)
    {
        var file = _site.In("node-spool", name);
        File.WriteAllBytes(file, Plugin.Framed(request.ToByteArray()));
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.Move(file, file + ".frame");
    }
}
