using System.Collections.Concurrent;
using System.Net;
using System.Text;

namespace SlurmBanking.Sidecar.Tests.Executable;

/// <summary>OTLP over HTTP as the standard variables ask for it.</summary>
public sealed class CollectorTests
{
    private const string Canary = "s3cr3t-canary-27182";

    [Fact]
    public async Task Metrics_traces_and_logs_reach_a_collector_and_no_token_does()
    {
        using var collector = new HttpListener();
        var address = $"http://127.0.0.1:{SidecarProcess.FreePort()}/";
        collector.Prefixes.Add(address);
        collector.Start();
        var received = new ConcurrentDictionary<string, string>(StringComparer.Ordinal);
        var receiving = ReceiveAsync(collector, received);

        var configuration = $"[API]\nurl = \"http://127.0.0.1:9/api\"\ntoken = \"Token {Canary}\"\n";
        using var sidecar = new SidecarProcess(
            configuration,
            ("OTEL_EXPORTER_OTLP_ENDPOINT", address),
            ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
            ("OTEL_METRIC_EXPORT_INTERVAL", "500"),
            ("OTEL_BSP_SCHEDULE_DELAY", "500"),
            ("OTEL_BLRP_SCHEDULE_DELAY", "500")
        );
        string[] signals = ["/v1/metrics", "/v1/traces", "/v1/logs"];
        for (var i = 0; i < 300 && !signals.All(received.ContainsKey); i++)
        {
            await Task.Delay(100);
        }

        collector.Stop();
        await receiving;
        Assert.Equal(signals.Order(StringComparer.Ordinal), received.Keys.Order(StringComparer.Ordinal));
        Assert.Contains("slurm_banking.holds.open", received["/v1/metrics"], StringComparison.Ordinal);
        Assert.All(received.Values, static body => Assert.DoesNotContain(Canary, body, StringComparison.Ordinal));
    }

    private static async Task ReceiveAsync(HttpListener collector, ConcurrentDictionary<string, string> received)
    {
        while (collector.IsListening)
        {
            try
            {
                var context = await collector.GetContextAsync();
                using var reader = new StreamReader(context.Request.InputStream, Encoding.Latin1);
                var body = await reader.ReadToEndAsync();
                received.AddOrUpdate(context.Request.RawUrl!, body, (_, earlier) => earlier + body);
                context.Response.Close();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return;
            }
        }
    }
}
