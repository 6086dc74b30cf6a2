namespace SlurmBanking.Cli.Views;

/// <summary>A deposit that was made. Amounts in SU.</summary>
internal sealed record DepositView(string Account, decimal Amount, string IdempotencyKey);
