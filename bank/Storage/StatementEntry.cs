using SlurmBanking.Bank.Ledger;
using SlurmBanking.Terms;

namespace SlurmBanking.Bank.Storage;

/// <summary>A line of a statement.</summary>
/// <param name="At">When the ledger took it.</param>
/// <param name="Code">Why.</param>
/// <param name="Job">The job's id; null for what no job caused.</param>
/// <param name="Uid">The job's user; null for what no job caused.</param>
/// <param name="Amount">What it changes the balance by: credits are positive.</param>
/// <param name="Balance">Deposits less charges after it; negative when overdrawn.</param>
/// <param name="Actor">Who made it; null for what the bank does by rule.</param>
/// <param name="Reason">Why, in the actor's words; null where none was given.</param>
public sealed record StatementEntry(
    DateTimeOffset At,
    TransferCode Code,
    string? Job,
    string? Uid,
    ServiceUnits Amount,
    ServiceUnits Balance,
    string? Actor = null,
    string? Reason = null
);
