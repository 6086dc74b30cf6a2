namespace SlurmBanking.Faults.Tests;

/// <summary>How the bank behaves as seen through the proxy.</summary>
/// <param name="Kind">What becomes of a request.</param>
/// <param name="Status">For <see cref="BankMannerKind.Status"/>.</param>
/// <param name="DelayMs">For <see cref="BankMannerKind.Pass"/>: added to each request.</param>
public sealed record BankManner(BankMannerKind Kind, int Status = 0, int DelayMs = 0)
{
    public static BankManner Well { get; } = new(BankMannerKind.Pass);
}
