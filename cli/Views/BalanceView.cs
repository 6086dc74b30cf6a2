using SlurmBanking.Cli.Messages;
using SlurmBanking.Wire.Banking;

namespace SlurmBanking.Cli.Views;

/// <summary>What a user may still spend on an account. Amounts in SU.</summary>
/// <param name="Account">Its name.</param>
/// <param name="Available">Of the account, less what is held; null where nothing limits it, or it is not known.</param>
/// <param name="Held">Of it, by all users' jobs.</param>
/// <param name="Jobs">They are so many.</param>
/// <param name="UserAvailable">Of the user's own limit, less what is held; null where there is none.</param>
/// <param name="UserHeld">Of it.</param>
/// <param name="UserJobs">They are so many.</param>
/// <param name="Elsewhere">Of the account, what other clusters have leased.</param>
/// <param name="Read">When the bank said so; null when it could not be asked.</param>
/// <param name="Refusal">The bank takes no job of the user on it, in its own words; null when it does.</param>
internal sealed record BalanceView(
    string Account,
    decimal? Available,
    decimal Held,
    uint Jobs,
    decimal? UserAvailable,
    decimal UserHeld,
    uint UserJobs,
    decimal Elsewhere,
    DateTimeOffset? Read,
    string? Refusal
)
{
    public static BalanceView Of(AccountBalance balance) =>
        new(
            balance.Account,
            balance.HasAvailable ? balance.Available / 100m : null,
            balance.Held / 100m,
            balance.Jobs,
            balance.HasUserAvailable ? balance.UserAvailable / 100m : null,
            balance.UserHeld / 100m,
            balance.UserJobs,
            balance.Elsewhere / 100m,
            balance.Read?.ToDateTimeOffset(),
            balance.Refusal.Length > 0 ? balance.Refusal : null
        );

    /// <summary>For a person: what there is, or why that is not known.</summary>
    public string Remark =>
        Refusal is { } refusal ? refusal
        : Read is null ? Answers.BankAway
        : Elsewhere > 0 ? Answers.Elsewhere(Screen.Amount(Elsewhere))
        : "";
}
