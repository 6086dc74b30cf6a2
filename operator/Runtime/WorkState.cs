namespace SlurmBanking.Operator.Runtime;

/// <summary>How far this process is, for its probes.</summary>
internal sealed class WorkState
{
    /// <summary>The API server has answered once, to this process or for the lease.</summary>
    public bool HasReachedServer { get; set; }

    /// <summary>Everything was listed in this term; true as well where another process does the work.</summary>
    public bool IsSynced { get; set; }
}
