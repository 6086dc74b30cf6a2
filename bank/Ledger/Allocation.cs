using SlurmBanking.Terms;

namespace SlurmBanking.Bank.Ledger;

/// <summary>What a project may spend, and when.</summary>
/// <param name="Limit">Caps the sum of the deposits of a period; null for no cap.</param>
/// <param name="Start">First moment; null for always.</param>
/// <param name="End">First moment after; null for never.</param>
/// <param name="IsExempt">Whether the project is billed but never refused.</param>
/// <param name="Credit">How far below zero its funds may go; zero or more.</param>
/// <param name="Period">Which of the project's windows this is, from 1: a renewal begins the next.</param>
public sealed record Allocation(
    ServiceUnits? Limit,
    DateTimeOffset? Start,
    DateTimeOffset? End,
    bool IsExempt,
    ServiceUnits Credit = default,
    int Period = 1
)
{
    /// <summary>The allocation after deposits of a sum: the smaller of the two, and the credit.</summary>
    public ServiceUnits Total(ServiceUnits deposited) => (Limit is { } limit && limit < deposited ? limit : deposited) + Credit;

    /// <summary>Whether its end has come.</summary>
    public bool HasExpired(DateTimeOffset now) => End <= now;

    /// <summary>Whether it can be spent at a moment.</summary>
    public bool IsActive(DateTimeOffset now) => !(Start > now) && !HasExpired(now);
}
