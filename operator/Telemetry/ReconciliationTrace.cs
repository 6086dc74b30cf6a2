using System.Diagnostics;
using SlurmBanking.Operator.Runtime;

namespace SlurmBanking.Operator.Telemetry;

/// <summary>A trace per reconciliation: its requests of the API server are below it. Nothing is made where nobody listens.</summary>
internal static class ReconciliationTrace
{
    public const string SourceName = "SlurmBanking.Operator";

    private static readonly ActivitySource Source = new(SourceName);

    public static Activity? Begin(ObjectKey key)
    {
        var span = Source.StartActivity("reconcile");
        span?.SetTag("k8s.namespace.name", key.Namespace);
        span?.SetTag("slurm_banking.config", key.Name);
        return span;
    }

    public static void End(Activity? span, string outcome)
    {
        span?.SetTag("slurm_banking.outcome", outcome);
        if (outcome == "failed")
        {
            span?.SetStatus(ActivityStatusCode.Error);
        }
    }
}
