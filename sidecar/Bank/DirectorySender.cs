using SlurmBanking.Sidecar.ClusterView;
using SlurmBanking.Sidecar.Configuration;
using SlurmBanking.Sidecar.Telemetry;

namespace SlurmBanking.Sidecar.Bank;

/// <summary>
/// Keeps the bank's lists of partitions and users fresh, beside the active slurmctld and while the bank is known to answer.
/// </summary>
internal sealed class DirectorySender(
    DirectoryNews news,
    ViewStore view,
    ClusterName name,
    Duty duty,
    BankHealth health,
    SettingsStore settings,
    SidecarMetrics metrics,
    TimeProvider time,
    ILogger<DirectorySender> logger
) : SteadyLoop(metrics, time, logger)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan UntilKnown = TimeSpan.FromSeconds(10);

    public override async Task<TimeSpan> TurnAsync(CancellationToken cancellation)
    {
        var cluster = view.Cluster;
        if (
            !duty.IsActive
            || !health.Available
            || cluster is { IsEmpty: true } or { Associations: null }
            || name.Value is not { Length: > 0 } known
            || settings.Current.Settings is not { } current
        )
        {
            return UntilKnown;
        }

        await news.TellAsync(current.Api.Url, known, DirectoryListing.Of(cluster, current), cancellation);
        return Interval;
    }
}
