namespace SlurmBanking.Bank.Storage;

/// <summary>A change of a project that moved no funds, as the books remember it.</summary>
/// <param name="At">When it was made, by the bank's time.</param>
/// <param name="What">What changed, from what to what.</param>
/// <param name="Actor">Who made it.</param>
/// <param name="Reason">Why, in the actor's words.</param>
public sealed record AccountChange(DateTimeOffset At, string What, string Actor, string Reason);
