using SlurmBanking.Bank.Ledger;
using SlurmBanking.Terms;

namespace SlurmBanking.Bank.Storage;

/// <summary>A member of a project and what its jobs are charged in the period.</summary>
/// <param name="Member">The member.</param>
/// <param name="Name">The login name; null when nobody has said.</param>
/// <param name="Charged">What counts against the cap.</param>
public sealed record MemberUse(Member Member, string? Name, ServiceUnits Charged);
