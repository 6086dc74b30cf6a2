using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace SlurmBanking.Terms;

/// <summary>
/// An amount of service units (SU), the currency of the bank, as an integer of hundredths. The bank's wire form is decimal
/// text of at most 11 digits, 2 of them decimals (spec/swagger.json), so a single amount lies within ±999999999.99.
/// </summary>
/// <param name="Hundredths">The amount in hundredths of an SU.</param>
public readonly record struct ServiceUnits(long Hundredths) : IComparable<ServiceUnits>, ISpanFormattable
{
    private const int MaxTextLength = 20;
    private const string WireForm = "0.00";

    /// <summary>Nothing.</summary>
    public static readonly ServiceUnits Zero;

    /// <summary>The largest amount that the bank's contract can carry: 999999999.99 SU.</summary>
    public static readonly ServiceUnits Max = new(99_999_999_999);

    /// <summary>The amount as a decimal number of SU.</summary>
    public decimal Value => Hundredths / 100m;

    /// <summary>Rounds half away from zero to hundredths.</summary>
    /// <returns>False when the magnitude exceeds <see cref="Max"/>.</returns>
    public static bool TryRound(decimal value, out ServiceUnits amount)
    {
        amount = default;
        if (Math.Abs(value) > Max.Value + 0.005m)
        {
            return false;
        }

        var rounded = new ServiceUnits((long)decimal.Round(value * 100m, 0, MidpointRounding.AwayFromZero));
        if (rounded > Max || -rounded > Max)
        {
            return false;
        }

        amount = rounded;
        return true;
    }

    /// <summary>Reads decimal text such as "48", "48.5" or "-0.25": at most 2 decimals, no exponent, no thousands separator.</summary>
    /// <returns>False for anything else, and for magnitudes above <see cref="Max"/>.</returns>
    public static bool TryParse([NotNullWhen(true)] string? text, out ServiceUnits amount) => TryParse(text.AsSpan(), out amount);

    /// <inheritdoc cref="TryParse(string?, out ServiceUnits)"/>
    public static bool TryParse(ReadOnlySpan<char> text, out ServiceUnits amount)
    {
        amount = default;
        if (
            // Longer text could hold digits that decimal would round away unseen.
            text.Length > MaxTextLength
            || !decimal.TryParse(
                text,
                NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint,
                CultureInfo.InvariantCulture,
                out var value
            )
            || decimal.Round(value, 2) != value
        )
        {
            return false;
        }

        return TryRound(value, out amount);
    }

    /// <summary>Decimal text with 2 decimals, the wire form: "48.00".</summary>
    public override string ToString() => Value.ToString(WireForm, CultureInfo.InvariantCulture);

    string IFormattable.ToString(string? format, IFormatProvider? formatProvider) => ToString();

    bool ISpanFormattable.TryFormat(Span<char> destination, out int charsWritten, ReadOnlySpan<char> format, IFormatProvider? provider) =>
        Value.TryFormat(destination, out charsWritten, WireForm, CultureInfo.InvariantCulture);

    public int CompareTo(ServiceUnits other) => Hundredths.CompareTo(other.Hundredths);

    public static ServiceUnits operator +(ServiceUnits left, ServiceUnits right) => new(checked(left.Hundredths + right.Hundredths));

    public static ServiceUnits operator -(ServiceUnits left, ServiceUnits right) => new(checked(left.Hundredths - right.Hundredths));

    public static ServiceUnits operator -(ServiceUnits amount) => new(checked(-amount.Hundredths));

    public static ServiceUnits operator *(ServiceUnits amount, long count) => new(checked(amount.Hundredths * count));

    public static bool operator <(ServiceUnits left, ServiceUnits right) => left.Hundredths < right.Hundredths;

    public static bool operator >(ServiceUnits left, ServiceUnits right) => left.Hundredths > right.Hundredths;

    public static bool operator <=(ServiceUnits left, ServiceUnits right) => left.Hundredths <= right.Hundredths;

    public static bool operator >=(ServiceUnits left, ServiceUnits right) => left.Hundredths >= right.Hundredths;
}
