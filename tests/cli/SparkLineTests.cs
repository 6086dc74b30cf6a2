namespace SlurmBanking.Cli.Tests;

public sealed class SparkLineTests
{
    [Fact]
    public void The_lowest_is_the_lowest_bar_and_the_highest_the_highest() => Assert.Equal("▁▄█▁", SparkLine.Of([0m, 50m, 100m, 0m]));

    [Fact]
    public void What_never_changes_is_full() => Assert.Equal("██", SparkLine.Of([7m, 7m]));

    [Fact]
    public void Many_share_places_of_which_the_last_counts()
    {
        var line = SparkLine.Of([.. Enumerable.Range(1, 1000).Select(static i => (decimal)i)]);
        Assert.Equal((40, '▁', '█'), (line.Length, line[0], line[^1]));
    }

    [Fact]
    public void Nothing_is_nothing() => Assert.Equal("", SparkLine.Of([]));
}
