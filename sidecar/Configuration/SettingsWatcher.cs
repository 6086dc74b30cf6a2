using SlurmBanking.Sidecar.Telemetry;

namespace SlurmBanking.Sidecar.Configuration;

/// <summary>
/// Looks at the configuration file every half second. Reading a few hundred bytes costs nothing, and unlike file events it
/// sees every way of changing a file: in place, by rename, and by the directory swap of a mounted ConfigMap.
/// </summary>
internal sealed class SettingsWatcher(SettingsStore settings, SidecarMetrics metrics, TimeProvider time, ILogger<SettingsWatcher> logger)
    : SteadyLoop(metrics, time, logger)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    public override Task<TimeSpan> TurnAsync(CancellationToken cancellation)
    {
        settings.Refresh();
        return Task.FromResult(Interval);
    }
}
