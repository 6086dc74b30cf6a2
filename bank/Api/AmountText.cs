using System.Diagnostics.CodeAnalysis;
using System.Globalization;
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
            null => Invalid,
            { Length: > 100 } => Invalid,
            _ when !decimal.TryParse(text, Style, CultureInfo.InvariantCulture, out _) => IsLongNumber(text) ? TooManyDigits : Invalid,
            _ when !mayBeNegative && text.StartsWith('-') && text.AsSpan(1).ContainsAnyExcept('0', '.') =>
                "Ensure this value is greater than or equal to 0.",
            _ when dot >= 0 && text.Length - dot - 1 > 2 => "Ensure that there are no more than 2 decimal places.",
            _ when !ServiceUnits.TryParse(text, out amount) => TooManyDigits,
            _ => null,
        };
        return problem is null;
    }

    private const NumberStyles Style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint;
    private const string Invalid = "A valid number is required.";
    private const string TooManyDigits = "Ensure that there are no more than 11 digits in total.";

    private static bool IsLongNumber(string text) => text.Length > 11 && text.All(static c => char.IsAsciiDigit(c) || c == '.');
}
