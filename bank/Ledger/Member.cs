using SlurmBanking.Terms;

namespace SlurmBanking.Bank.Ledger;

/// <summary>A user of a project.</summary>
/// <param name="Account">The project's name.</param>
/// <param name="Uid">The user's uid on the cluster, digits.</param>
/// <param name="Cap">The most that the user's jobs may use of the project; null when only the project's allocation limits.</param>
public sealed record Member(string Account, string Uid, ServiceUnits? Cap);
