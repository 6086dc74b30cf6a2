using SlurmBanking.Terms;

namespace SlurmBanking.Bank.Ledger;

/// <summary>
/// What one cluster may spend of one limit without asking: an earmark, not a transfer. Live until it expires; a stale one covers what was
/// held when the cluster was last heard of, until the cluster comes back or somebody releases it.
/// </summary>
/// <param name="Account">The project's name.</param>
/// <param name="Cluster">The cluster's name.</param>
/// <param name="Uid">The user whose cap is meant; "" for the project's limit.</param>
/// <param name="Granted">What was granted, less what the cluster has charged since; zero or more.</param>
/// <param name="Held">The cluster's holds that were not charged when it last told; zero or more.</param>
/// <param name="Wanted">What it wanted in all when it last told; at least <paramref name="Held"/>.</param>
/// <param name="Unmet">What it wanted beyond what it was granted then; zero or more.</param>
/// <param name="Uncovered">The part of that which it held already; zero or more.</param>
/// <param name="Expires">First moment at which it is stale.</param>
public sealed record Lease(
    string Account,
    string Cluster,
    string Uid,
    ServiceUnits Granted,
    ServiceUnits Held,
    ServiceUnits Wanted,
    ServiceUnits Unmet,
    ServiceUnits Uncovered,
    DateTimeOffset Expires
)
{
    /// <summary>The uid of leases on a project's own limit.</summary>
    public const string OfProject = "";

    /// <summary>Of the last request that was taken and counted: one that comes late changes nothing.</summary>
    public long Sequence { get; init; }

    /// <summary>What it wanted beyond what it held: the smallest such wish is met first.</summary>
    public ServiceUnits Wish => Wanted - Held;

    /// <summary>Whether the cluster was heard of lately: what is granted to it is not lowered but by itself.</summary>
    public bool IsLive(DateTimeOffset now) => now < Expires;

    /// <summary>What it counts against the limit.</summary>
    public ServiceUnits Standing(DateTimeOffset now) => IsLive(now) || Granted < Held ? Granted : Held;

    /// <summary>What of it covers no hold.</summary>
    public ServiceUnits Idle(DateTimeOffset now) => Standing(now) > Held ? Standing(now) - Held : ServiceUnits.Zero;

    /// <summary>The lease after its cluster charged an amount, which the limit counts by itself from then on.</summary>
    /// <param name="amount">What is charged more than before; zero or more.</param>
    /// <param name="now">The bank's time.</param>
    public Lease Charge(ServiceUnits amount, DateTimeOffset now) =>
        this with
        {
            Granted = Standing(now) > amount ? Standing(now) - amount : ServiceUnits.Zero,
        };
}
