namespace SlurmBanking.Bank.Teller;

/// <summary>A cluster's leases on a project.</summary>
/// <param name="Account">The project.</param>
/// <param name="Cluster">The cluster.</param>
/// <param name="Sequence">Of the last request that was taken and counted.</param>
/// <param name="IsActive">Whether the project's window is open.</param>
/// <param name="IsExempt">Whether the project is billed but never refused.</param>
/// <param name="Left">How long the cluster may still decide on them; zero when they are stale.</param>
/// <param name="Project">On the project's own limit.</param>
/// <param name="Users">On the users' caps.</param>
public sealed record ClusterLeases(
    string Account,
    string Cluster,
    long Sequence,
    bool IsActive,
    bool IsExempt,
    TimeSpan Left,
    LimitLease Project,
    IReadOnlyList<LimitLease> Users
);
