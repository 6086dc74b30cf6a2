using SlurmBanking.Sidecar.Telemetry;

namespace SlurmBanking.Sidecar.NodeRole;

/// <summary>Brings kept starts to the disk within a second, and drops those that nobody needs any more.</summary>
internal sealed class StartUpkeep(StartStore store, SidecarMetrics metrics, TimeProvider time, ILogger<StartUpkeep> logger)
    : SteadyLoop(metrics, time, logger)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    public override Task<TimeSpan> TurnAsync(CancellationToken cancellation)
    {
        store.Upkeep();
        return Task.FromResult(Interval);
    }
}
