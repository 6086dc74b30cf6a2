using System.Diagnostics;
using System.Globalization;

namespace SlurmBanking.Sidecar.Tests.Executable;

/// <summary>Gauges of the process where there is no Slurm and no bank.</summary>
public sealed class GaugeTests
{
    [Fact]
    public async Task The_queue_that_nobody_sees_grows_old_and_nothing_else_is_claimed()
    {
        using var sidecar = new SidecarProcess("[API]\nurl = \"http://127.0.0.1:9/api\"\ntoken = \"t\"\n");
        await sidecar.UntilUpAsync();
        while (await ValueAsync(sidecar, "sweep_age_seconds") == 0)
        {
            await Task.Delay(100);
        }

        var (from, clock) = (await ValueAsync(sidecar, "sweep_age_seconds"), Stopwatch.StartNew());
        await Task.Delay(TimeSpan.FromSeconds(3));
        var grown = await ValueAsync(sidecar, "sweep_age_seconds") - from;
        Assert.InRange(grown, clock.Elapsed.TotalSeconds - 1, clock.Elapsed.TotalSeconds + 1);
        foreach (
            var zero in new[] { "holds_open", "holds_amount", "holds_unbound", "runs_open", "outbox_pending", "outbox_oldest_seconds" }
        )
        {
            Assert.Equal(0, await ValueAsync(sidecar, zero));
        }

        Assert.Equal(2, await ValueAsync(sidecar, "state_room"));
        Assert.Equal(0, await ValueAsync(sidecar, "configuration_degraded"));
    }

    [Fact]
    public async Task A_file_that_can_not_be_used_shows()
    {
        using var sidecar = new SidecarProcess("API = 7\n");
        await sidecar.UntilUpAsync();
        Assert.Equal(1, await ValueAsync(sidecar, "configuration_degraded"));
    }

    [Fact]
    public async Task No_directory_is_watched()
    {
        using var sidecar = new SidecarProcess("[API]\nurl = \"http://127.0.0.1:9/api\"\ntoken = \"t\"\n");
        await sidecar.UntilUpAsync();
        Assert.DoesNotContain("anon_inode:inotify", sidecar.Descriptors());
    }

    private static async Task<double> ValueAsync(SidecarProcess sidecar, string name)
    {
        var metrics = await sidecar.GetAsync("/metrics");
        var line = metrics.Split('\n').Single(line => line.StartsWith($"slurm_banking_{name}{{", StringComparison.Ordinal));
        return double.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture);
    }
}
