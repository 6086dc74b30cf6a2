using SlurmBanking.Bank.Messages;

namespace SlurmBanking.Bank.Ledger;

/// <summary>What names of accounts and tokens look like: they are words on command lines and parts of addresses.</summary>
public static class NameRule
{
    /// <summary>The longest name, in characters.</summary>
    public const int MaxLength = 150;

    /// <summary>What is wrong with a name; null when nothing is.</summary>
    public static string? Problem(string text)
    {
        if (text.Length is 0 or > MaxLength)
        {
            return Refusals.NameLength(MaxLength);
        }

        return text is "." or ".." || text.Any(static c => char.IsWhiteSpace(c) || char.IsControl(c) || c is '/' or '\\')
            ? Refusals.BadName(text)
            : null;
    }

    /// <summary>Whether a text is a uid: 1 to 20 digits.</summary>
    public static bool IsUid(string text) => text.Length is > 0 and <= 20 && text.All(char.IsAsciiDigit);
}
