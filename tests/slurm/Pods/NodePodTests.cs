using System.Globalization;
using System.Text.RegularExpressions;

namespace SlurmBanking.Slurm.Tests.Pods;

/// <summary>slurmd's pod of examples/plain: what it does without our files, and what an ordinary user's job can do to them.</summary>
[Collection(PlainClusterCollection.Name)]
public sealed partial class NodePodTests(PlainCluster cluster) : IAsyncLifetime
{
    private const string Socket = "/run/slurm-banking/sidecar.sock";

    /// <summary>Frames of spec/hooks.proto: a hello of the SPANK plugin, the start of job 4711 of user 5. Prints replies' kinds.</summary>
    private const string Frames = """
        import socket, struct, sys
        s = socket.socket(socket.AF_UNIX)
        s.settimeout(10)
        s.connect(sys.argv[1])
        def field(number, content):
            return bytes([number << 3 | 2, len(content)]) + content
        for body in field(1, b"\x08\x01\x10\x03" + field(3, b"22.05.8")), field(3, b"\x08\xe7\x24\x10\x05"):
            try:
                s.sendall(struct.pack(">I", len(body)) + body)
                reply = s.recv(4096)
            except OSError:
                reply = b""
            print({b"\x0a": "welcome", b"\x1a": "receipt", b"\x22": "rejection", b"": "closed"}[reply[4:5]])
        """;

    /// <summary>Each line that it prints is something that it could do.</summary>
    private const string Intrusion = """
        try() { "$@" >/dev/null 2>&1 </dev/null && echo "could $*"; }
        try touch /tmp/anything
        for directory in /run/slurm-banking /var/spool/slurm-banking /opt/slurm-banking/plugins /etc/slurm-banking/slurm /etc/slurm; do
            try mkdir -p $directory/new
            try touch $directory/new
            try ln -s /tmp/anything $directory/link
            for file in $(ls -A $directory 2>/dev/null); do
                file=$directory/$file
                try rm $file
                try mv $file $directory/other
                try cp /tmp/anything $file
                try chmod 777 $file
            done
            try mv $directory ${directory}2
        done
        try mount -t tmpfs none /run/slurm-banking
        try umount /run/slurm-banking
        try nsenter --target 1 --mount true
        try cat /proc/1/environ
        try ls /proc/1/root/
        try grep -rqsI "canary-01[2]3" /etc /opt /run /tmp /var/lib /var/spool
        try ls /var/lib/slurm-banking /etc/slurm-banking/token /etc/slurm-banking/config /etc/slurm-banking/credentials
        echo done
        """;

    private Pod? _controller;

    public async ValueTask InitializeAsync() => _controller = await cluster.ControllerAsync();

    public async ValueTask DisposeAsync()
    {
        if (_controller is not null)
        {
            await cluster.EndAsync(_controller);
        }
    }

    [Fact]
    public async Task An_ordinary_user_changes_nothing_and_reads_no_secret()
    {
        string[] all = ["could touch /tmp/anything", "done"];
        Assert.Equal(all, await SaidByAsync(Intrusion));

        // On a login node they need no job.
        var login = await cluster.Login["login"].ExecAsync("games", "sh", "-c", Intrusion);
        Assert.Equal(all, login.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task Who_is_not_root_reports_no_start()
    {
        await File.WriteAllTextAsync(
            $"{cluster.Host.Directory}/host/run/slurm-banking/physics/frames.py",
            Frames,
            TestContext.Current.CancellationToken
        );
        string[] command = ["python3", "/run/slurm-banking/frames.py", Socket];
        var (strangers, starts) = (await MetricAsync("peers_unauthorized_total"), await MetricAsync("facts_total"));

        Assert.NotEqual("welcome", (await SaidByAsync(string.Join(' ', command)))[0]);
        Assert.Equal(strangers + 1, await MetricAsync("peers_unauthorized_total"));

        // The job itself was one.
        Assert.Equal(starts + 1, await MetricAsync("facts_total"));

        // The same from slurmstepd's user.
        var said = await cluster.Slurmd["slurmd"].ExecAsync("root", command);
        Assert.Equal("welcome\nreceipt\n", said.Output);
        Assert.Equal(starts + 2, await MetricAsync("facts_total"));
    }

    [Fact]
    public async Task Users_of_a_login_pod_ask_sbank()
    {
        var said = await cluster.Login["login"].ExecAsync("games", "/opt/slurm-banking/bin/sbank", "status", "--json");
        Assert.True(said.ExitCode == 0, said.Error + said.Output);
        Assert.Contains("\"role\": \"", said.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Users_of_a_login_node_ask_the_controller_each_for_themselves()
    {
        await cluster.SidecarReadyAsync();
        var login = await cluster.StartLoginNodeAsync();
        var account = await cluster.OpenAccountAsync();
        Task<CommandResult> AskAsync(string user, params string[] question) =>
            login.ExecAsync(user, ["/opt/slurm-banking/bin/sbank", .. question]);

        // The first connection to the controller is made meanwhile.
        var quoted = new CommandResult(1, "", "", default);
        string[] quote = ["quote", "--json", "-A", account, "-n2", "--time=60", "--wrap", "true"];
        await cluster.EventuallyAsync(async () => (quoted = await AskAsync("games", quote)).ExitCode == 0, "the controller answers");

        // 2 CPUs for an hour, at 0.75 SU a second; just what is then held.
        Assert.Matches("\"amount\": 5400(\\.00)?,", quoted.Output);
        var job = await cluster.SubmitAsync(account, "sleep 1");
        Assert.Equal("5400.00", PlainCluster.HeldFor(await cluster.CompletedAsync(job)));
        var own = await AskAsync("games", "jobs", job, "--json");
        Assert.True(own.ExitCode == 0, own.Printed);
        Assert.Contains("\"estimate\": 5400", own.Output, StringComparison.Ordinal);

        // Another user is not told, and nobody here is an administrator.
        Assert.Equal(1, (await AskAsync("daemon", "jobs", job)).ExitCode);
        Assert.Equal((4, 4), ((await AskAsync("games", "outbox")).ExitCode, (await AskAsync("root", "outbox")).ExitCode));
    }

    [Fact]
    public async Task Without_our_files_slurmd_runs_jobs()
    {
        // Directories of the machine that no DaemonSet has filled.
        var (there, away) = ($"{cluster.Host.Directory}/host", $"{cluster.Host.Directory}/filled");
        await cluster.RestartNodeAsync(cluster.Objects.Without("physics-slurm"), () => Directory.Move(there, away));
        try
        {
            await cluster.CompletedAsync(await cluster.SubmitAsync(await cluster.OpenAccountAsync(), "true"));
        }
        finally
        {
            await cluster.RestartNodeAsync(
                cluster.Objects,
                () =>
                {
                    Directory.Delete(there, recursive: true);
                    Directory.Move(away, there);
                }
            );
        }

        await cluster.CompletedAsync(await cluster.SubmitAsync(await cluster.OpenAccountAsync(), "true"));
    }

    /// <summary>What a job of an ordinary user has said, line by line.</summary>
    private async Task<string[]> SaidByAsync(string script)
    {
        var job = await cluster.SubmitAsync(await cluster.OpenAccountAsync(), script, "/tmp/%j.out");
        await cluster.CompletedAsync(job);
        var said = await cluster.Slurmd["slurmd"].ExecAsync("games", "cat", $"/tmp/{job}.out");
        return said.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private async Task<double> MetricAsync(string name)
    {
        // The exporter gives the same answer for 300 ms.
        await Task.Delay(TimeSpan.FromMilliseconds(400), TestContext.Current.CancellationToken);
        var metrics = (await cluster.Host.RunAsync("curl", "-fsS", "http://127.0.0.1:9474/metrics")).Output;
        return Series()
            .Matches(metrics)
            .Where(match => match.Groups["name"].Value == name)
            .Sum(static match => double.Parse(match.Groups["value"].Value, CultureInfo.InvariantCulture));
    }

    [GeneratedRegex(@"^slurm_banking_(?<name>\w+)(\{.*\})? (?<value>\S+)", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Series();
}
