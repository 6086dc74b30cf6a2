namespace SlurmBanking.Sidecar.Lifecycle;

/// <summary>What a user may still spend on an account, as a decision would see it.</summary>
/// <param name="Account">The account.</param>
/// <param name="Headroom">What the bank last said; null when it could not be asked.</param>
/// <param name="OfAccount">Outstanding against the account.</param>
/// <param name="OfUser">Outstanding against the user's limit in it.</param>
internal sealed record BalanceSheet(string Account, Headroom? Headroom, Tally OfAccount, Tally OfUser);
