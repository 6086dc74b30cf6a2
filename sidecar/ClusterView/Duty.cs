using SlurmBanking.Sidecar.Messages;
using SlurmBanking.Sidecar.Outbox;
using SlurmBanking.Sidecar.Telemetry;

namespace SlurmBanking.Sidecar.ClusterView;

/// <summary>
/// Whether this sidecar is the one beside the active slurmctld. Where a cluster has several, only that one lists the queue and
/// delivers. One that takes over begins a new term: what it knew is in doubt until the queue and the bank have been asked.
/// </summary>
internal sealed class Duty(
    string host,
    ISlurm slurm,
    ViewStore view,
    Teller teller,
    Journal journal,
    SidecarMetrics metrics,
    TimeProvider time,
    ILogger<Duty> logger
) : SteadyLoop(metrics, time, logger)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan IntervalWithPeers = TimeSpan.FromSeconds(2);

    private volatile bool _known;
    private volatile bool _active;
    private volatile bool _peers;
    private string _problem = "";
    private long _term;

    /// <summary>The slurmctld on this host is the active one, as far as is known.</summary>
    public bool IsActive => _active;

    /// <summary>The cluster has other slurmctlds, with sidecars of their own.</summary>
    public bool HasPeers => _peers;

    /// <summary>Counts the times that this sidecar took over; 0 where it is the only one.</summary>
    public long Term => Interlocked.Read(ref _term);

    /// <summary>One that has just taken over looks at the queue first.</summary>
    public bool MayDeliver => _active && (!_peers || view.Sweep is not null);

    public override async Task<TimeSpan> TurnAsync(CancellationToken cancellation)
    {
        if (await AskAsync(cancellation) is not { } controllers)
        {
            return RetryInterval;
        }

        _peers = controllers.Count > 1;
        var active = !_peers || IsHere(controllers.FirstOrDefault(static controller => controller.IsUp));
        if (!_known || active != _active)
        {
            await ChangeAsync(active);
        }

        return _peers ? IntervalWithPeers : Interval;
    }

    // Null: not known, and nothing changes.
    private async Task<IReadOnlyList<Controller>?> AskAsync(CancellationToken cancellation)
    {
        try
        {
            var controllers = await slurm.ListControllersAsync(cancellation);
            _problem = "";
            return controllers;
        }
        catch (SlurmCommandException e)
        {
            if (_problem != e.Message)
            {
                _problem = e.Message;
                Log.ControllersUnknown(logger, e.Message);
            }

            return null;
        }
    }

    // While none answers, whoever was active has not been replaced.
    private bool IsHere(Controller? active) =>
        active is null ? _active : string.Equals(active.Host.Split('.')[0], host.Split('.')[0], StringComparison.OrdinalIgnoreCase);

    private async Task ChangeAsync(bool active)
    {
        if (_peers)
        {
            // What was seen of the queue is from before.
            view.Forget();
            if (active)
            {
                var term = journal.Term + 1;
                Interlocked.Exchange(ref _term, term);
                await teller.BeginTermAsync(term);
                Log.TookOver(logger, term);
            }
            else
            {
                Log.StandsBy(logger);
            }
        }

        (_active, _known) = (active, true);
    }
}
