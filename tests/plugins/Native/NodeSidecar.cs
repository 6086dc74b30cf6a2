using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace SlurmBanking.Plugins.Tests.Native;

/// <summary>The published sidecar as a process in its node role, as an ordinary user, with a controller that is not there.</summary>
public sealed class NodeSidecar : IDisposable
{
    private readonly StringBuilder _output = new();
    private readonly Process _process;
    private readonly Uri _metrics;

    /// <param name="published">artifacts/publish/sidecar.</param>
    /// <param name="directory">For all that it needs; made here, open to the user.</param>
    /// <param name="user">Uid and gid.</param>
    /// <param name="spool">Its spool.</param>
    public NodeSidecar(string published, string directory, uint user, string spool)
    {
        Assert.True(File.Exists(Path.Combine(published, "sidecar")), $"no sidecar in {published}: eng/publish.sh");
        foreach (var name in new[] { "sidecar", "libe_sqlite3.so" })
        {
            File.Copy(Path.Combine(published, name), Path.Combine(directory, name));
        }

        File.WriteAllText(Path.Combine(directory, "token"), "no-token-of-anybody\n");
        PublishedPlugins.Run("chown", "-R", $"{user}:{user}", directory);
        var port = FreePort();
        _metrics = new Uri($"http://127.0.0.1:{port}/metrics");
        var start = new ProcessStartInfo(
            "setpriv",
            [
                $"--reuid={user}",
                $"--regid={user}",
                "--clear-groups",
                Path.Combine(directory, "sidecar"),
                "--role",
                "node",
                "--controller",
                $"https://127.0.0.1:{FreePort()}",
                "--token",
                Path.Combine(directory, "token"),
                "--state",
                Path.Combine(directory, "state"),
                "--runtime-dir",
                Path.Combine(directory, "run"),
                "--spool",
                spool,
                "--http",
                $"127.0.0.1:{port}",
            ]
        )
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>All that it has said.</summary>
    public string Output
    {
        get
        {
            lock (_output)
            {
                return _output.ToString();
            }
        }
    }

    /// <summary>Waits until a metric has a value.</summary>
    /// <param name="series">Its name, with labels.</param>
    /// <param name="value">The value.</param>
    public async Task UntilAsync(string series, double value)
    {
        using var client = new HttpClient();
        for (var i = 0; ; i++)
        {
            try
            {
                var line = (await client.GetStringAsync(_metrics)).Split('\n').FirstOrDefault(line => IsOf(line, series));
                if (line is not null && double.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture) == value)
                {
                    return;
                }
            }
            catch (HttpRequestException) when (!_process.HasExited)
            {
                // Not yet listening.
            }

            Assert.True(i < 200 && !_process.HasExited, $"{series} is not {value}\n{Output}");
            await Task.Delay(100);
        }
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    // The exporter adds a label of its own at the front.
    private static bool IsOf(string line, string series)
    {
        var (name, label) = series.Split('{') is [var first, var rest] ? (first, rest.TrimEnd('}')) : (series, "");
        return line.StartsWith(name, StringComparison.Ordinal)
            && "{ ".Contains(line[name.Length])
            && line.Contains(label, StringComparison.Ordinal);
    }

    // Below those that the kernel gives to connections: nobody takes it before the sidecar does.
    private static int FreePort()
    {
        while (true)
        {
            var port = Random.Shared.Next(10_000, 30_000);
            try
            {
                using var probe = new TcpListener(IPAddress.Loopback, port);
                probe.Start();
                return port;
            }
            catch (SocketException)
            {
                // Somebody else has this one.
            }
        }
    }

    private void Keep(string? line)
    {
        lock (_output)
        {
            _output.AppendLine(line);
        }
    }
}
