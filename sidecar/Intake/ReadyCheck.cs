using Microsoft.Extensions.Diagnostics.HealthChecks;
using SlurmBanking.Sidecar.ClusterView;

namespace SlurmBanking.Sidecar.Intake;

/// <summary>Ready once partitions are known and the queue has been read: from then on decisions are made, not waved through.</summary>
internal sealed class ReadyCheck(ViewStore view) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(view.Ready ? HealthCheckResult.Healthy() : HealthCheckResult.Degraded(view.Problem));
}
