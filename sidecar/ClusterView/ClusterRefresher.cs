using SlurmBanking.Sidecar.Telemetry;

namespace SlurmBanking.Sidecar.ClusterView;

/// <summary>Keeps the view of partitions and nodes fresh. A decision never asks slurmctld.</summary>
internal sealed class ClusterRefresher(
    ViewStore view,
    ISlurm slurm,
    SidecarMetrics metrics,
    TimeProvider time,
    ILogger<ClusterRefresher> logger
) : SteadyLoop(metrics, time, logger)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(1);

    public override async Task<TimeSpan> TurnAsync(CancellationToken cancellation) =>
        await RefreshAsync(cancellation) ? Interval : RetryInterval;

    private async Task<bool> RefreshAsync(CancellationToken cancellation)
    {
        try
        {
            var cluster = await slurm.ReadClusterAsync(cancellation);
            if (view.Cluster.IsEmpty && !cluster.IsEmpty)
            {
                Log.ClusterKnown(logger, cluster.Partitions.Count);
            }

            view.Cluster = cluster;
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
