using SlurmBanking.Bank.Ledger;

namespace SlurmBanking.Bank.Storage;

/// <summary>A transfer in the ledger.</summary>
/// <param name="At">When the ledger took it.</param>
/// <param name="Transfer">The transfer.</param>
public sealed record PostedTransfer(DateTimeOffset At, Transfer Transfer);
