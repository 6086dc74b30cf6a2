using SlurmBanking.Bank.Ledger;

namespace SlurmBanking.Bank.Storage;

/// <summary>A project and how it stands.</summary>
/// <param name="Account">The project.</param>
/// <param name="Standing">What was deposited and used in its period.</param>
public sealed record AccountStanding(Account Account, Standing Standing);
