using FsCheck.Xunit;
using SlurmBanking.Terms;

namespace SlurmBanking.Spec.Tests.Terms;

public sealed class SlurmTimeTests
{
    [Theory]
    [InlineData("30", 1_800)]
    [InlineData("0", 0)]
    [InlineData("1:30", 90)]
    [InlineData("4:00:00", 14_400)]
    [InlineData("04:00:00", 14_400)]
    [InlineData("1-0", 86_400)]
    [InlineData("1-12", 129_600)]
    [InlineData("1-12:30", 131_400)]
    [InlineData("7-00:00:00", 604_800)]
    [InlineData("2-01:02:03", 176_523)]
    [InlineData("90:00", 5_400)]
    [InlineData("700000-00:00:00", 60_480_000_000)]
    public void Each_notation_of_sbatch_is_read(string text, long seconds)
    {
        Assert.True(SlurmTime.TryParse(text, out var span));
        Assert.Equal(TimeSpan.FromSeconds(seconds), span);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("UNLIMITED")]
    [InlineData("INVALID")]
    [InlineData("Partition_Limit")]
    [InlineData("NONE")]
    [InlineData("infinite")]
    [InlineData("-1")]
    [InlineData("1-")]
    [InlineData("-")]
    [InlineData(":")]
    [InlineData("1:")]
    [InlineData(":1")]
    [InlineData("1:2:3:4")]
    [InlineData("1-2:3:4:5")]
    [InlineData("1-2-3")]
    [InlineData(" 1")]
    [InlineData("1 ")]
    [InlineData("1.5")]
    [InlineData("+1")]
    [InlineData("700000-00:00:01")]
    [InlineData("9999999999-9999999999:9999999999:9999999999")]
    [InlineData("99999999999")]
    public void Anything_else_is_refused(string? text) => Assert.False(SlurmTime.TryParse(text, out _));

    [Theory]
    [InlineData(0, "0:00:00")]
    [InlineData(59, "0:00:59")]
    [InlineData(14_400, "4:00:00")]
    [InlineData(86_399, "23:59:59")]
    [InlineData(604_800, "7-00:00:00")]
    public void It_is_written_as_squeue_does(long seconds, string text) =>
        Assert.Equal(text, SlurmTime.Format(TimeSpan.FromSeconds(seconds)));

    [Fact]
    public void A_megabyte_of_colons_is_refused() => Assert.False(SlurmTime.TryParse(new string(':', 1 << 20), out _));

    [Property]
    public bool What_is_written_is_read_back(uint seconds)
    {
        var span = TimeSpan.FromSeconds(seconds);
        return SlurmTime.TryParse(SlurmTime.Format(span), out var read) && read == span;
    }

    [Property]
    public bool Random_text_never_throws(string? text) =>
        !SlurmTime.TryParse(text, out var span) || (span >= TimeSpan.Zero && span <= SlurmTime.Max);
}
