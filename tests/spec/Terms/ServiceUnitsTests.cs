using System.Globalization;
using FsCheck.Xunit;
using SlurmBanking.Terms;

namespace SlurmBanking.Spec.Tests.Terms;

public sealed class ServiceUnitsTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("48", 4800)]
    [InlineData("48.5", 4850)]
    [InlineData("48.50", 4850)]
    [InlineData("-0.25", -25)]
    [InlineData("999999999.99", 99_999_999_999)]
    [InlineData("-999999999.99", -99_999_999_999)]
    public void Decimal_text_is_read_as_hundredths(string text, long hundredths)
    {
        Assert.True(ServiceUnits.TryParse(text, out var amount));
        Assert.Equal(hundredths, amount.Hundredths);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData(" 1")]
    [InlineData("1 ")]
    [InlineData("NaN")]
    [InlineData("Infinity")]
    [InlineData("1e2")]
    [InlineData("1,000")]
    [InlineData("0x10")]
    [InlineData("1.001")]
    [InlineData("1000000000")]
    [InlineData("-1000000000")]
    [InlineData("99999999999999999999999999999999999999")]
    public void Anything_else_is_refused(string? text) => Assert.False(ServiceUnits.TryParse(text, out _));

    [Theory]
    [InlineData("0.005", 1)]
    [InlineData("0.0049999", 0)]
    [InlineData("-0.005", -1)]
    [InlineData("2.675", 268)]
    [InlineData("-2.675", -268)]
    [InlineData("2.665", 267)]
    [InlineData("999999999.994", 99_999_999_999)]
    public void Rounding_is_half_away_from_zero(string value, long hundredths)
    {
        Assert.True(ServiceUnits.TryRound(decimal.Parse(value, CultureInfo.InvariantCulture), out var amount));
        Assert.Equal(hundredths, amount.Hundredths);
    }

    [Theory]
    [InlineData("999999999.995")]
    [InlineData("-999999999.995")]
    [InlineData("1000000000")]
    [InlineData("79228162514264337593543950335")]
    [InlineData("-79228162514264337593543950335")]
    public void What_the_contract_cannot_carry_is_refused(string value) =>
        Assert.False(ServiceUnits.TryRound(decimal.Parse(value, CultureInfo.InvariantCulture), out _));

    [Theory]
    [InlineData(0, "0.00")]
    [InlineData(5, "0.05")]
    [InlineData(-25, "-0.25")]
    [InlineData(4800, "48.00")]
    [InlineData(99_999_999_999, "999999999.99")]
    public void Text_has_two_decimals(long hundredths, string text) => Assert.Equal(text, new ServiceUnits(hundredths).ToString());

    [Fact]
    public void Sums_beyond_64_bits_throw_rather_than_wrap()
    {
        Assert.Throws<OverflowException>(() => new ServiceUnits(long.MaxValue) + new ServiceUnits(1));
        Assert.Throws<OverflowException>(() => new ServiceUnits(long.MinValue) - new ServiceUnits(1));
        Assert.Throws<OverflowException>(() => new ServiceUnits(long.MaxValue) * 2);
        Assert.Throws<OverflowException>(() => -new ServiceUnits(long.MinValue));
    }

    [Property]
    public bool Text_is_read_back_as_the_same_amount(int hundredths)
    {
        var amount = new ServiceUnits(hundredths);
        return ServiceUnits.TryParse(amount.ToString(), out var read) && read == amount;
    }

    [Property]
    public bool Rounding_is_off_by_half_a_hundredth_at_most(int thousandths)
    {
        var value = thousandths / 1000m;
        return ServiceUnits.TryRound(value, out var amount) && Math.Abs(amount.Value - value) <= 0.005m;
    }

    [Property]
    public bool Rounding_of_the_opposite_is_the_opposite(int thousandths)
    {
        var value = thousandths / 1000m;
        return ServiceUnits.TryRound(value, out var amount) && ServiceUnits.TryRound(-value, out var opposite) && amount == -opposite;
    }

    [Property]
    public bool Order_is_that_of_the_hundredths(long left, long right) =>
        (new ServiceUnits(left) < new ServiceUnits(right)) == (left < right)
        && (new ServiceUnits(left) >= new ServiceUnits(right)) == (left >= right)
        && (new ServiceUnits(left) == new ServiceUnits(right)) == (left == right);
}
