using SlurmBanking.Bank.Ledger;
using SlurmBanking.Terms;

namespace SlurmBanking.Bank.Teller;

/// <summary>How a cluster's lease on one limit stands, as the cluster is told.</summary>
/// <param name="Uid">The user whose cap it is; <see cref="Lease.OfProject"/> for the project's limit.</param>
/// <param name="IsMember">Whether the user may submit to the project at all; true for the project's limit.</param>
/// <param name="Limit">The limit, credit included; null where nothing limits.</param>
/// <param name="Charged">What is charged against it.</param>
/// <param name="Available">What neither is charged nor leased, less than zero where the limit is passed; null where nothing limits.</param>
/// <param name="Granted">What the cluster may decide on; null where nothing limits.</param>
/// <param name="AskedBack">How much of the idle part it is to give back with its next request.</param>
/// <param name="Uncovered">What it holds beyond what is granted.</param>
public sealed record LimitLease(
    string Uid,
    bool IsMember,
    ServiceUnits? Limit,
    ServiceUnits Charged,
    ServiceUnits? Available,
    ServiceUnits? Granted,
    ServiceUnits AskedBack,
    ServiceUnits Uncovered
);
