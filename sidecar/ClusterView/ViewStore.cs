namespace SlurmBanking.Sidecar.ClusterView;

/// <summary>What is known of the cluster now. Written by the background loops, read by decisions without a lock.</summary>
internal sealed class ViewStore
{
    private volatile ClusterSnapshot _cluster = ClusterSnapshot.Empty;
    private volatile SweepReport? _sweep;
    private volatile string _problem = "";

    public ClusterSnapshot Cluster
    {
        get => _cluster;
        set => _cluster = value;
    }

    /// <summary>The last complete sweep; null before the first.</summary>
    public SweepReport? Sweep
    {
        get => _sweep;
        set => _sweep = value;
    }

    /// <summary>What went wrong at the last attempt to look at the cluster; "" when it went well.</summary>
    public string Problem
    {
        get => _problem;
        set => _problem = value;
    }

    /// <summary>Decisions can be made from memory: partitions are known, and the queue's holds are in the book.</summary>
    public bool Ready => !_cluster.IsEmpty && _sweep is not null;
}
