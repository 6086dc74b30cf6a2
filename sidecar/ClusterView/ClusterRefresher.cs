using SlurmBanking.Sidecar.Configuration;
using SlurmBanking.Sidecar.Messages;
using SlurmBanking.Sidecar.Telemetry;

namespace SlurmBanking.Sidecar.ClusterView;

/// <summary>Keeps the view of partitions and nodes fresh. A decision never asks slurmctld.</summary>
internal sealed class ClusterRefresher(
    ViewStore view,
    ISlurm slurm,
    SettingsStore settings,
    SidecarMetrics metrics,
    TimeProvider time,
    ILogger<ClusterRefresher> logger
) : SteadyLoop(metrics, time, logger)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(1);

    private string _uncounted = "";

    public override async Task<TimeSpan> TurnAsync(CancellationToken cancellation) =>
        await RefreshAsync(cancellation) ? Interval : RetryInterval;

    // A GPU that slurmctld does not count is held for and then billed to nobody.
    private void TellUncounted(ClusterSnapshot cluster)
    {
        var priced = settings.Current.Settings?.TresPrices.Values.SelectMany(static prices => prices.Keys) ?? [];
        var uncounted = cluster.Counted is { } counted
            ? string.Join(',', priced.Where(name => !counted.Contains(name)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
            : "";
        if (uncounted != _uncounted && uncounted.Length > 0)
        {
            Log.TresUncounted(logger, uncounted);
        }

        _uncounted = uncounted;
    }

    private async Task<bool> RefreshAsync(CancellationToken cancellation)
    {
        try
        {
            var cluster = await slurm.ReadClusterAsync(cancellation);
            if (view.Cluster.IsEmpty && !cluster.IsEmpty)
            {
                Log.ClusterKnown(logger, cluster.Partitions.Count);
            }

            if (cluster.Warning.Length > 0 && cluster.Warning != view.Cluster.Warning)
            {
                Log.ClusterWarns(logger, cluster.Warning);
            }

            view.Cluster = cluster with { Associations = cluster.Associations ?? view.Cluster.Associations };
            TellUncounted(cluster);
            return !cluster.IsEmpty;
        }
        catch (Exception e) when (e is SlurmCommandException or OperationCanceledException)
        {
            // The last view stays in force: partitions seldom change.
            if (!cancellation.IsCancellationRequested && view.Problem != e.Message)
            {
                view.Problem = e.Message;
                Log.ClusterUnknown(logger, e.Message);
            }

            return false;
        }
    }
}
