namespace SlurmBanking.Sidecar.ClusterView;

/// <summary>What is known of the cluster now. Written by the background loops, read by decisions without a lock.</summary>
internal sealed class ViewStore
{
    private volatile ClusterSnapshot _cluster = ClusterSnapshot.Empty;
    private readonly Lock _gate = new();
    private volatile SweepReport? _sweep;
    private volatile string _problem = "";
    private long _era;

    public ClusterSnapshot Cluster
    {
        get => _cluster;
        set => _cluster = value;
    }

    /// <summary>The last complete sweep of this era; null before the first.</summary>
    public SweepReport? Sweep => _sweep;

    /// <summary>Rises when what was seen of the queue is worth nothing any more.</summary>
    public long Era => Interlocked.Read(ref _era);

    /// <summary>What went wrong at the last attempt to look at the cluster; "" when it went well.</summary>
    public string Problem
    {
        get => _problem;
        set => _problem = value;
    }

    /// <summary>The queue was listed as a whole; of no account when it was begun in an era that is over.</summary>
    public void Swept(SweepReport report, long era)
    {
        lock (_gate)
        {
            _sweep = era == _era ? report : _sweep;
        }
    }

    /// <summary>Another slurmctld may be, or have been, the active one: a new era begins.</summary>
    public void Forget()
    {
        lock (_gate)
        {
            Interlocked.Increment(ref _era);
            _sweep = null;
        }
    }

    /// <summary>Decisions can be made from memory: partitions are known, and the queue's holds are in the book.</summary>
    public bool Ready => !_cluster.IsEmpty && _sweep is not null;
}
