using SlurmBanking.Sidecar.Messages;
using SlurmBanking.Sidecar.Telemetry;

namespace SlurmBanking.Sidecar;

/// <summary>A background loop that outlives whatever one turn of it runs into: a fault is logged, and the next turn tried.</summary>
internal abstract class SteadyLoop(SidecarMetrics metrics, TimeProvider time, ILogger logger) : BackgroundService
{
    private static readonly TimeSpan AfterFault = TimeSpan.FromSeconds(1);

    protected TimeProvider Time => time;

    protected SidecarMetrics Metrics => metrics;

    protected ILogger Logger => logger;

    /// <summary>Listens for what makes the loop look early. Called once, before the first turn.</summary>
    public virtual void Attach() { }

    public sealed override Task StartAsync(CancellationToken cancellationToken)
    {
        Attach();
        return base.StartAsync(cancellationToken);
    }

    /// <summary>Does what is due.</summary>
    /// <returns>How long to wait before the next turn.</returns>
    public abstract Task<TimeSpan> TurnAsync(CancellationToken cancellation);

    /// <summary>Waits between two turns; never throws.</summary>
    protected virtual async Task WaitAsync(TimeSpan wait, CancellationToken cancellation) =>
        await Task.Delay(wait, time, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    protected sealed override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // The host waits for the first await of every loop before it starts the next service.
        await Task.Yield();
        while (!stoppingToken.IsCancellationRequested)
        {
            TimeSpan wait;
            try
            {
                wait = await TurnAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                metrics.LoopFailed(GetType().Name);
                Log.LoopFailed(logger, e, GetType().Name);
                wait = AfterFault;
            }

            await WaitAsync(wait, stoppingToken);
        }
    }
}
