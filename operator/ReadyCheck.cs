using Microsoft.Extensions.Diagnostics.HealthChecks;
using SlurmBanking.Operator.Runtime;

namespace SlurmBanking.Operator;

/// <summary>Ready: the work is under way here, or another process holds the lease and this one could take over.</summary>
internal sealed class ReadyCheck(WorkState state) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(
            state is { HasReachedServer: true, IsSynced: true }
                ? HealthCheckResult.Healthy()
                : HealthCheckResult.Unhealthy(
                    state.HasReachedServer ? "not everything was listed yet" : "the API server has not answered yet"
                )
        );
}
