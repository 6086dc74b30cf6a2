using SlurmBanking.Terms;

namespace SlurmBanking.Bank.Ledger;

/// <summary>
/// Moves an amount from one account of the ledger to another: one entry that is both debit and credit, so that no transfer can be
/// out of balance. Written once, never changed; a correction is another transfer.
/// </summary>
/// <param name="Code">Why.</param>
/// <param name="Debit">The account that gives.</param>
/// <param name="Credit">The account that gets; another than <paramref name="Debit"/>.</param>
/// <param name="Amount">How much; more than zero.</param>
/// <param name="Key">The idempotency key: the ledger takes each just once.</param>
/// <param name="Job">The job's id at the bank; null for what no job caused.</param>
/// <param name="Actor">Who made it: a token's name or a user of the bank's machine; null for what the bank does by rule.</param>
/// <param name="Reason">Why, in the actor's words; null where none was given.</param>
public sealed record Transfer(
    TransferCode Code,
    LedgerAccount Debit,
    LedgerAccount Credit,
    ServiceUnits Amount,
    string Key,
    string? Job = null,
    string? Actor = null,
    string? Reason = null
);
