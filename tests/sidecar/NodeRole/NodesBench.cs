using System.Globalization;
using SlurmBanking.Sidecar.Tests.Executable;
using SlurmBanking.Wire.Banking;

namespace SlurmBanking.Sidecar.Tests.NodeRole;

/// <summary>
/// What nodes cost the controller's sidecar: each comes over a connection of its own, with TLS, reports one start and stays. Nothing here
/// fails because a figure is bad. SIDECAR_BIN names the published sidecar's directory, BENCH_ROWS a file for the rows.
/// </summary>
[Trait("Run", "bench")]
public sealed class NodesBench
{
    private const int Nodes = 400;

    [Fact]
    public async Task Hundreds_of_nodes_at_once()
    {
        using var site = new Site();
        var controller = await site.ControllerAsync();

        // The first one is what any number needs.
        await ReportAsync(site, 1);
        await Task.Delay(TimeSpan.FromSeconds(2));
        controller.Process.Refresh();
        var (before, began) = (Memory(controller), controller.Process.TotalProcessorTime);
        for (var node = 2; node <= Nodes + 1; node++)
        {
            await ReportAsync(site, node);
        }

        controller.Process.Refresh();
        var (after, took) = (Memory(controller), controller.Process.TotalProcessorTime - began);
        var each = (after - before) / Nodes;
        BenchRows.Value("node.kb", each);
        BenchRows.Value("node.ms", took.TotalMilliseconds / Nodes);
        BenchRows.Add(
            $"{Nodes} nodes connected over TLS: controller's memory for each",
            $"{each} kB",
            $"RSS {before / 1024} MB, then {after / 1024} MB",
            "",
            ""
        );
        BenchRows.Add(
            "a node connects and reports a start: controller's processor time",
            $"{took.TotalMilliseconds / Nodes:F2} ms",
            $"",
            "",
            ""
        );
    }

    private static async Task ReportAsync(Site site, int job)
    {
        var request = new ReportStartsRequest();
        request.Starts.Add(
            new StartHint
            {
                JobId = (uint)job,
                Uid = 1000,
                Node = "n1",
            }
        );
        await new Facts.FactsClient(site.Remote()).ReportStartsAsync(request, Site.Bearing(Site.NodeToken));
    }

    // In kB.
    private static long Memory(RunningSidecar sidecar) =>
        File.ReadLines($"/proc/{sidecar.Process.Id}/status")
            .Where(static line => line.StartsWith("VmRSS:", StringComparison.Ordinal))
            .Select(static line => long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture))
            .First();
}
