namespace SlurmBanking.Cli.Views;

/// <summary>An entry of a statement. Amounts in SU.</summary>
/// <param name="Time">When.</param>
/// <param name="Code">"deposit", "charge", "settle", "refund", "adjustment", "expiry" or "overrun".</param>
/// <param name="Job">The job's id at the bank; null for none.</param>
/// <param name="User">Whose; null for nobody's.</param>
/// <param name="Amount">Of the entry; less than zero takes away.</param>
/// <param name="Balance">After it.</param>
/// <param name="Actor">Who did it; null for a job.</param>
/// <param name="Reason">Why; null for a job.</param>
internal sealed record EntryView(
    DateTimeOffset Time,
    string Code,
    string? Job,
    string? User,
    decimal Amount,
    decimal Balance,
    string? Actor,
    string? Reason
);
