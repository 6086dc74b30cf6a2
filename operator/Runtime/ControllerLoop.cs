using System.Net.Http;
using SlurmBanking.Operator.Messages;
using SlurmBanking.Operator.Telemetry;

namespace SlurmBanking.Operator.Runtime;

/// <summary>Workers that take keys from the queue and have the controller reconcile them.</summary>
internal sealed class ControllerLoop(
    WorkQueue queue,
    Func<ObjectKey, StoredObject?> find,
    IEntityController controller,
    OperatorMetrics metrics,
    TimeProvider time,
    ILogger logger
)
{
    /// <summary>More wait for the API server's answers than two cores can make use of.</summary>
    private const int Workers = 8;

    public Task RunAsync(CancellationToken cancellation) =>
        Task.WhenAll(Enumerable.Range(0, Workers).Select(_ => Task.Run(() => WorkAsync(cancellation), CancellationToken.None)));

    private async Task WorkAsync(CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            ObjectKey key;
            try
            {
                key = await queue.TakeAsync(cancellation);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            await ReconcileAsync(key, cancellation);
        }
    }

    private async Task ReconcileAsync(ObjectKey key, CancellationToken cancellation)
    {
        var from = time.GetTimestamp();
        using var span = ReconciliationTrace.Begin(key);
        try
        {
            var result = find(key) is { } entity
                ? await controller.ReconcileAsync(entity, cancellation)
                : await controller.DeletedAsync(key, cancellation);
            ReconciliationTrace.End(span, result.Outcome);
            metrics.Reconciled(result.Outcome, time.GetElapsedTime(from));
            queue.Done(key, hasSucceeded: true);
            if (result.RequeueAfter is { } delay)
            {
                queue.AddAfter(key, delay);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            queue.Done(key, hasSucceeded: false);
        }
        catch (Exception e)
        {
            ReconciliationTrace.End(span, "failed");
            metrics.Reconciled("failed", time.GetElapsedTime(from));
            queue.Done(key, hasSucceeded: false);
            var again = queue.AddAfterFailure(key, (e as ApiException)?.RetryAfter);
            if (e is ApiException or HttpRequestException or TimeoutException or IOException)
            {
                Log.ReconciliationFailed(logger, key, e.Message, again.TotalSeconds);
            }
            else
            {
                Log.ReconciliationBroken(logger, e, key, again.TotalSeconds);
            }
        }
    }
}
