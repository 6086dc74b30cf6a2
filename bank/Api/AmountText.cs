using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using SlurmBanking.Bank.Messages;
using SlurmBanking.Terms;

namespace SlurmBanking.Bank.Api;

/// <summary>Reads an amount that a client sent: decimal text, at most 11 digits, 2 of them decimals.</summary>
internal static class AmountText
{
    /// <param name="text">What was sent.</param>
    /// <param name="amount">The amount.</param>
    /// <param name="problem">What is wrong with it; null when nothing is.</param>
    /// <param name="mayBeNegative">Whether it may be less than zero.</param>
    public static bool TryRead(string? text, out ServiceUnits amount, [NotNullWhen(false)] out string? problem, bool mayBeNegative = false)
    {
        amount = default;
        var dot = text?.IndexOf('.') ?? -1;
        problem = text switch
        {
            null => ContractAnswers.NoNumber,
            { Length: > 100 } => ContractAnswers.NoNumber,
            _ when !decimal.TryParse(text, Style, CultureInfo.InvariantCulture, out _) => IsLongNumber(text)
                ? ContractAnswers.TooManyDigits
                : ContractAnswers.NoNumber,
            _ when !mayBeNegative && text.StartsWith('-') && text.AsSpan(1).ContainsAnyExcept('0', '.') => ContractAnswers.Negative,
            _ when dot >= 0 && text.Length - dot - 1 > 2 => ContractAnswers.TooManyDecimals,
            _ when !ServiceUnits.TryParse(text, out amount) => ContractAnswers.TooManyDigits,
            _ => null,
        };
        return problem is null;
    }

    private const NumberStyles Style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint;

    private static bool IsLongNumber(string text) => text.Length > 11 && text.All(static c => char.IsAsciiDigit(c) || c == '.');
}
