using SlurmBanking.Terms;

namespace SlurmBanking.Bank.Ledger;

/// <summary>What a project may spend, and when.</summary>
/// <param name="Limit">Caps the sum of the deposits; null for no cap.</param>
/// <param name="Start">First moment; null for always.</param>
/// <param name="End">First moment after; null for never.</param>
/// <param name="IsExempt">Whether the project is billed but never refused.</param>
public sealed record Allocation(ServiceUnits? Limit, DateTimeOffset? Start, DateTimeOffset? End, bool IsExempt)
{
    /// <summary>The allocation after deposits of a sum: the smaller of the two.</summary>
    public ServiceUnits Total(ServiceUnits deposited) => Limit is { } limit && limit < deposited ? limit : deposited;

    /// <summary>Whether its end has come.</summary>
    public bool HasExpired(DateTimeOffset now) => End <= now;

    /// <summary>Whether it can be spent at a moment.</summary>
    public bool IsActive(DateTimeOffset now) => !(Start > now) && !HasExpired(now);
}
