using SlurmBanking.Sidecar.Lifecycle;
using SlurmBanking.Sidecar.Messages;

namespace SlurmBanking.Sidecar.Telemetry;

/// <summary>What is logged of decisions, and what is worth saying once and not each time it is seen.</summary>
internal sealed class TellerNews(SidecarMetrics metrics, ILogger logger)
{
    private readonly Lock _gate = new();
    private readonly HashSet<string> _unpriced = new(StringComparer.Ordinal);
    private HashSet<uint> _unbillable = [];

    public void Decided(Decision decision, bool observed, uint uid, string account)
    {
        if (observed)
        {
            Log.WouldRefuse(logger, uid, account, decision.Message);
        }
        else if (!decision.Accepted)
        {
            Log.Refused(logger, uid, account, decision.Message);
        }
        else if (decision.Reason is DecisionReason.BankUnavailable or DecisionReason.StateUnavailable or DecisionReason.ViewUnavailable)
        {
            Log.LetIn(logger, uid, account, decision.Reason.ToString());
        }
    }

    public void Unpriced(string partition)
    {
        lock (_gate)
        {
            if (!_unpriced.Add(partition))
            {
                return;
            }
        }

        Log.Unpriced(logger, partition);
    }

    /// <summary>What one fact changed.</summary>
    public void Changed(Changes changes)
    {
        foreach (var hold in changes.Released.Where(static hold => hold.Tasks > 0))
        {
            Log.Released(logger, hold.Amount.ToString(), hold.Account, hold.Id.ToString());
        }

        JobTrace.Tell(changes);
    }

    /// <summary>What the queue or accounting told, and no plugin had.</summary>
    public void Found(Changes changes)
    {
        metrics.SweepFound(
            "end",
            changes.Runs.Where(static run => run.State == RunState.Settling).DistinctBy(static run => run.Key).Count()
        );

        // One whose last task has started is used up, not released.
        metrics.SweepFound("released", changes.Released.Count(static hold => hold.Tasks > 0));
    }

    /// <summary>Each listing names them again.</summary>
    /// <param name="jobs">All of the present listing.</param>
    public void Unbillable(HashSet<uint> jobs)
    {
        lock (_gate)
        {
            foreach (var job in jobs.Except(_unbillable))
            {
                metrics.Unbillable();
                Log.Unbillable(logger, job);
            }

            _unbillable = jobs;
        }
    }
}
