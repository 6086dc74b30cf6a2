namespace SlurmBanking.Slurm.Tests;

/// <summary>The sidecar as it ships. That it does its work the other scenarios show: they run on it.</summary>
[Collection(ClusterCollection.Name)]
public sealed class PublishedSidecarTests(BankedCluster cluster)
{
    [Theory]
    [InlineData("sidecar")]
    [InlineData("libe_sqlite3.so")]
    public async Task It_runs_on_any_glibc_since_2_34(string file)
    {
        var symbols = await cluster.RunAsync("nm", ["-D", "--undefined-only", Path.Combine(cluster.PublishedSidecar, file)]);
        var versions = symbols
            .Output.Split('\n')
            .Select(static line => line.Split("@GLIBC_"))
            .Where(static parts => parts.Length == 2 && char.IsDigit(parts[1][0]))
            .Select(static parts => Version.Parse(parts[1]))
            .ToList();
        Assert.InRange(versions.Max()!, new Version(2, 2), new Version(2, 34));
    }

    [Fact]
    public async Task An_ordinary_user_can_not_speak_for_slurm()
    {
        // A hello of a job_submit plugin: protocol 1, hook 1. Field 4 of the reply is a rejection, reason 1: not authorized. A
        // stranger may be turned away before the hello is out; what was said is there to read all the same.
        const string Script = """
            import socket, sys
            s = socket.socket(socket.AF_UNIX); s.connect(sys.argv[1])
            body = bytes([0x0a, 4, 8, 1, 16, 1])
            try: s.sendall(len(body).to_bytes(4, "big") + body)
            except BrokenPipeError: pass
            print(s.recv(4096)[4:].hex())
            """;
        var socket = Path.Combine(cluster.Directory, "run/sidecar.sock");
        var stranger = await cluster.SlurmAsync("games", "/usr/bin/python3", "-c", Script, socket);
        Assert.StartsWith("22", stranger.Output, StringComparison.Ordinal);
        Assert.Contains("0801", stranger.Output, StringComparison.Ordinal);
        var slurm = await cluster.SlurmAsync("slurm", "/usr/bin/python3", "-c", Script, socket);
        Assert.StartsWith("0a", slurm.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_ordinary_user_can_not_put_anything_in_the_runtime_directory_or_the_spool()
    {
        foreach (var folder in new[] { "run", "facts", "sidecar" })
        {
            Assert.NotEqual(0, (await cluster.SlurmAsync("games", "touch", Path.Combine(cluster.Directory, folder, "x"))).ExitCode);
        }
    }
}
