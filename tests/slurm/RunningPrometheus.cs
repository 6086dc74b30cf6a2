using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace SlurmBanking.Slurm.Tests;

/// <summary>A real Prometheus that scrapes this cluster's sidecar and bank every second, with the alerts that ship.</summary>
public sealed class RunningPrometheus : IDisposable
{
    private readonly HttpClient _client = new() { Timeout = TimeSpan.FromSeconds(10) };
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("slurm-banking-prometheus.");
    private readonly Process _process;

    public RunningPrometheus(string sidecar, string bank, string rules)
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
              - {job_name: slurm-banking-sidecar, static_configs: [{targets: ["{{sidecar}}"]}]}
              - {job_name: slurm-banking-bank, static_configs: [{targets: ["{{bank}}"]}]}

            """
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
