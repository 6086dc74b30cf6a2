using System.Diagnostics;

namespace SlurmBanking.Kubernetes.Tests;

/// <summary>One of this project's services as a process, as it is built, with its HTTP port.</summary>
public class ServiceProcess : RunningProcess
{
    private readonly HttpClient _client = new() { Timeout = TimeSpan.FromSeconds(10) };

    protected ServiceProcess(string name, Uri http, ProcessStartInfo start)
        : base(name, start) => Http = http;

    public Uri Http { get; }

    public Task<string> GetAsync(string path) => _client.GetStringAsync(new Uri(Http, path));

    /// <summary>What its /metrics says now, by series: <c>name{label="value"}</c>.</summary>
    public async Task<IReadOnlyDictionary<string, double>> MetricsAsync() => PrometheusText.Parse(await GetAsync("/metrics"));

    /// <summary>A metric, summed over the series that contain a text; 0 when there is none.</summary>
    public async Task<double> MetricAsync(string name, string containing = "") =>
        (await MetricsAsync())
            .Where(series => series.Key.Split('{')[0] == name && series.Key.Contains(containing, StringComparison.Ordinal))
            .Sum(static series => series.Value);

    /// <summary>Until /readyz answers that all is well.</summary>
    public async Task UntilReadyAsync(TimeSpan? within = null) =>
        await Until.TrueAsync(
            async () =>
            {
                Assert.False(HasExited, Tail());
                return await GetAsync("/readyz") is not ("Degraded" or "Unhealthy");
            },
            $"{Name} is ready",
            within,
            () => Tail()
        );

    public override ValueTask DisposeAsync()
    {
        _client.Dispose();
        GC.SuppressFinalize(this);
        return base.DisposeAsync();
    }

    protected static Uri FreeHttp() => new($"http://127.0.0.1:{Ports.Free()}");

    /// <summary>How an assembly of the tree is started, by the runtime that runs these tests.</summary>
    protected static ProcessStartInfo StartOf(string project, IEnumerable<string> arguments)
    {
        var runtime = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        return new ProcessStartInfo(
            Path.GetFullPath(Path.Combine(runtime, "..", "..", "..", "dotnet")),
            [Tree.Built(project), .. arguments]
        );
    }
}
