using SlurmBanking.Bank.Messages;

namespace SlurmBanking.Bank.Ledger;

/// <summary>What texts for people, and idempotency keys, look like: anything that can be printed.</summary>
public static class TextRule
{
    /// <summary>The longest reason, in characters.</summary>
    public const int MaxReason = 500;

    /// <summary>The longest idempotency key, in characters.</summary>
    public const int MaxKey = 100;

    /// <summary>What is wrong with a text; null when nothing is.</summary>
    public static string? Problem(string text, int maxLength) =>
        string.IsNullOrWhiteSpace(text) ? Refusals.Blank
        : text.Length > maxLength ? Refusals.TooLong(maxLength)
        : text.Any(char.IsControl) ? Refusals.ControlCharacters
        : null;
}
