using SlurmBanking.Terms;

namespace SlurmBanking.Bank.Storage;

/// <summary>That somebody took a cluster's leases on an account away.</summary>
/// <param name="At">When.</param>
/// <param name="Account">The project.</param>
/// <param name="Cluster">The cluster.</param>
/// <param name="Released">What the lease on the project's limit counted until then.</param>
/// <param name="Actor">Who did it.</param>
/// <param name="Reason">Why, in the actor's words.</param>
public sealed record LeaseRelease(DateTimeOffset At, string Account, string Cluster, ServiceUnits Released, string Actor, string Reason);
