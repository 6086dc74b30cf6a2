using SlurmBanking.Terms;

namespace SlurmBanking.Bank.Ledger;

/// <summary>The running totals of an account of the ledger.</summary>
/// <param name="Account">The account.</param>
/// <param name="Debits">Sum of what it gave.</param>
/// <param name="Credits">Sum of what it got.</param>
/// <param name="MayOverdraw">Whether its debits may exceed its credits without limit though it is a project's.</param>
/// <param name="Credit">By how much its debits may exceed its credits otherwise.</param>
public sealed record LedgerTotals(
    LedgerAccount Account,
    ServiceUnits Debits,
    ServiceUnits Credits,
    bool MayOverdraw,
    ServiceUnits Credit = default
);
