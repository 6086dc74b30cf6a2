using SlurmBanking.Sidecar.Tests.NodeRole;

namespace SlurmBanking.Sidecar.Tests.Executable;

/// <summary>A damaged state database is seen by whoever watches metrics, and not in the log alone.</summary>
public sealed class DamagedStateTests : IDisposable
{
    private const string Metric = "slurm_banking_state_damaged";
    private readonly Site _site = new();

    public void Dispose() => _site.Dispose();

    [Fact]
    public async Task It_is_in_the_metrics_until_somebody_has_moved_it_away()
    {
        var sidecar = await _site.ControllerAsync();
        Assert.Contains($"\n{Metric}", await sidecar.MetricsAsync(), StringComparison.Ordinal);
        Assert.Equal(0, await sidecar.MetricAsync(Metric));
        sidecar.Kill();

        // The write-ahead log that the killed process left would heal its database.
        foreach (var part in new[] { "sidecar.db", "sidecar.db-wal" })
        {
            await File.WriteAllBytesAsync(_site.In("controller-state", part), [.. Enumerable.Repeat((byte)7, 4096)]);
        }

        sidecar = await _site.ControllerAsync();
        Assert.Equal(1, await sidecar.MetricAsync(Metric));
        sidecar.Kill();
        sidecar = await _site.ControllerAsync();
        Assert.Equal(1, await sidecar.MetricAsync(Metric));
        foreach (var file in Directory.GetFiles(_site.In("controller-state"), "*.damaged-*"))
        {
            File.Move(file, _site.In(Path.GetFileName(file)));
        }

        // A scrape right after another gets the same answer.
        await Until.TrueAsync(async () => await sidecar.MetricAsync(Metric) == 0, () => sidecar.Output);
    }
}
