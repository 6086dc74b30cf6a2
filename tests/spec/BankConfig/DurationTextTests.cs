using FsCheck.Xunit;
using SlurmBanking.BankConfig;

namespace SlurmBanking.Spec.Tests.BankConfig;

public sealed class DurationTextTests
{
    [Theory]
    [InlineData("250ms", 250)]
    [InlineData("5s", 5_000)]
    [InlineData("10m", 600_000)]
    [InlineData("1h", 3_600_000)]
    [InlineData("7d", 604_800_000)]
    [InlineData("0s", 0)]
    [InlineData("999999999ms", 999_999_999)]
    public void A_whole_number_and_a_unit_is_read(string text, long milliseconds)
    {
        Assert.True(DurationText.TryParse(text, out var span));
        Assert.Equal(milliseconds, (long)span.TotalMilliseconds);
    }

    [Theory]
    [InlineData("")]
    [InlineData("5")]
    [InlineData("s")]
    [InlineData("ms")]
    [InlineData("5 s")]
    [InlineData(" 5s")]
    [InlineData("-5s")]
    [InlineData("+5s")]
    [InlineData("5.5s")]
    [InlineData("5S")]
    [InlineData("5min")]
    [InlineData("1h30m")]
    [InlineData("1000000000s")]
    [InlineData("999999999d")]
    public void Anything_else_is_refused(string text) => Assert.False(DurationText.TryParse(text, out _));

    [Theory]
    [InlineData(0, "0ms")]
    [InlineData(1, "1ms")]
    [InlineData(250, "250ms")]
    [InlineData(1_000, "1s")]
    [InlineData(90_000, "90s")]
    [InlineData(7_200_000, "2h")]
    [InlineData(86_400_000, "1d")]
    [InlineData(90_000_000, "25h")]
    public void The_shortest_exact_form_is_written(long milliseconds, string text) =>
        Assert.Equal(text, DurationText.Format(TimeSpan.FromMilliseconds(milliseconds)));

    [Property]
    public bool What_is_written_is_read_back(uint milliseconds)
    {
        var span = TimeSpan.FromMilliseconds(milliseconds % 1_000_000_000);
        return DurationText.TryParse(DurationText.Format(span), out var read) && read == span;
    }

    [Property]
    public bool Random_text_never_throws(string? text) => !DurationText.TryParse(text ?? "", out var span) || span >= TimeSpan.Zero;
}
