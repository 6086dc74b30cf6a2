using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using SlurmBanking.Telemetry.Tests.Boards;

namespace SlurmBanking.Slurm.Tests;

/// <summary>A real Prometheus that scrapes some of our programs every second, with the alerts that ship.</summary>
public sealed class RunningPrometheus : IDisposable
{
    private readonly HttpClient _client = new() { Timeout = TimeSpan.FromSeconds(10) };
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("slurm-banking-prometheus.");
    private readonly Process _process;

    /// <param name="rules">File of recording rules and alerts.</param>
    /// <param name="targets">HOST:PORT of each, with the name of its job.</param>
    public RunningPrometheus(string rules, params IEnumerable<(string Job, string Address)> targets)
    {
        var address = FreeAddress();
        _client.BaseAddress = new Uri($"http://{address}/");
        var config = Path.Combine(_directory.FullName, "prometheus.yaml");
        File.WriteAllText(
            config,
            $$"""
            global: {scrape_interval: 1s, evaluation_interval: 1s}
            rule_files: ["{{rules}}"]
            scrape_configs:

            """
                + string.Concat(
                    targets.Select(static target =>
                        $$"""  - {job_name: {{target.Job}}, static_configs: [{targets: ["{{target.Address}}"]}]}""" + "\n"
                    )
                )
        );
        string[] arguments =
        [
            $"--config.file={config}",
            $"--storage.tsdb.path={Path.Combine(_directory.FullName, "data")}",
            $"--web.listen-address={address}",
            "--log.level=warn",
        ];
        _process = Process.Start(new ProcessStartInfo("prometheus", arguments) { UseShellExecute = false })!;
    }

    /// <summary>All queries of a dashboard's file, with what Grafana would put in.</summary>
    public static IReadOnlyList<string> QueriesOf(string file)
    {
        using var json = JsonDocument.Parse(File.ReadAllText(file));
        return
        [
            .. json
                .RootElement.GetProperty("panels")
                .EnumerateArray()
                .Where(static panel => panel.TryGetProperty("targets", out _))
                .SelectMany(static panel => panel.GetProperty("targets").EnumerateArray())
                .Select(static target => target.GetProperty("expr").GetString()!)
                .Select(static query => query.Replace("$__rate_interval", "30s").Replace("$instance", ".*")),
        ];
    }

    /// <summary>How many series an expression gives now; 0 while Prometheus does not answer.</summary>
    public async Task<int> CountAsync(string expression)
    {
        try
        {
            var answer = await _client.GetStringAsync(new Uri($"api/v1/query?query={Uri.EscapeDataString(expression)}", UriKind.Relative));
            using var json = JsonDocument.Parse(answer);
            return json.RootElement.GetProperty("data").GetProperty("result").GetArrayLength();
        }
        catch (HttpRequestException)
        {
            return 0;
        }
    }

    /// <summary>The series of a panel's query over a time, about 120 points of each.</summary>
    /// <param name="expression">What is asked.</param>
    /// <param name="legend">What a series is called, with {{label}} for its labels.</param>
    /// <param name="from">Begin.</param>
    /// <param name="to">End.</param>
    public async Task<IReadOnlyList<Series>> RangeAsync(string expression, string legend, DateTimeOffset from, DateTimeOffset to)
    {
        var step = Math.Max(1, (to - from).TotalSeconds / 120);
        var question = string.Create(
            CultureInfo.InvariantCulture,
            $"api/v1/query_range?query={Uri.EscapeDataString(expression)}&start={from.ToUnixTimeSeconds()}&end={to.ToUnixTimeSeconds()}&step={step}"
        );
        using var json = JsonDocument.Parse(await _client.GetStringAsync(new Uri(question, UriKind.Relative)));
        var series = new List<Series>();
        foreach (var one in json.RootElement.GetProperty("data").GetProperty("result").EnumerateArray())
        {
            var name = legend;
            foreach (var label in one.GetProperty("metric").EnumerateObject())
            {
                name = name.Replace($"{{{{{label.Name}}}}}", label.Value.GetString());
            }

            var points = one.GetProperty("values")
                .EnumerateArray()
                .Select(pair =>
                    (
                        Second: pair[0].GetDouble() - from.ToUnixTimeSeconds(),
                        Value: double.Parse(pair[1].GetString()!, CultureInfo.InvariantCulture)
                    )
                )
                .Where(static point => double.IsFinite(point.Value));
            series.Add(new Series(name, [.. points]));
        }

        return series;
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        _client.Dispose();
        _directory.Delete(recursive: true);
    }

    // Below those that the kernel gives to connections.
    private static IPEndPoint FreeAddress()
    {
        while (true)
        {
            try
            {
                var address = new IPEndPoint(IPAddress.Loopback, Random.Shared.Next(10_000, 30_000));
                using var probe = new TcpListener(address);
                probe.Start();
                return address;
            }
            catch (SocketException)
            {
                // Somebody has this one.
            }
        }
    }
}
