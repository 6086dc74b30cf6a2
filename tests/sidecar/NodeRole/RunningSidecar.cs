using System.Diagnostics;
using System.Text;
using SlurmBanking.Sidecar.Tests.Executable;

namespace SlurmBanking.Sidecar.Tests.NodeRole;

/// <summary>A sidecar's process in one role or the other, as it is built; no Slurm is in its path.</summary>
internal sealed class RunningSidecar : IDisposable
{
    private readonly StringBuilder _output = new();
    private readonly Process _process;

    public RunningSidecar(params string[] arguments)
    {
        Http = new Uri($"http://127.0.0.1:{SidecarProcess.FreePort()}");
        var start = SidecarProcess.StartOf([.. arguments, "--http", Http.Authority]);
        start.Environment["PATH"] = "";
        start.Environment["Logging__LogLevel__SlurmBanking"] = "Debug";
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public Uri Http { get; }

    public Process Process => _process;

    /// <summary>All that it has said, on both streams.</summary>
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

    public Task<string> MetricsAsync() => GetAsync("/metrics");

    /// <summary>A metric's value, summed over the series whose line contains a text; 0 when there is none.</summary>
    public async Task<double> MetricAsync(string name, string containing = "") =>
        (await MetricsAsync())
            .Split('\n')
            .Where(line => line.StartsWith(name, StringComparison.Ordinal) && line.Contains(containing, StringComparison.Ordinal))
            .Sum(static line => double.Parse(line[(line.LastIndexOf('}') + 1)..].Trim().Split(' ')[0]));

    public async Task UntilUpAsync() => await Until.TrueAsync(async () => await GetAsync("/healthz") == "Healthy", () => Output);

    public Task UntilSaidAsync(string text) =>
        Until.TrueAsync(() => Task.FromResult(Output.Contains(text, StringComparison.Ordinal)), () => $"\"{text}\" is not in\n{Output}");

    /// <summary>kill -9.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    public void Dispose()
    {
        Kill();
        _process.Dispose();
    }

    private async Task<string> GetAsync(string path)
    {
        using var client = new HttpClient { BaseAddress = Http };
        return await client.GetStringAsync(new Uri(path, UriKind.Relative));
    }

    private void Keep(string? line)
    {
        lock (_output)
        {
            _output.AppendLine(line);
        }
    }
}
