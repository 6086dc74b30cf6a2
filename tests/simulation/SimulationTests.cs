using System.Globalization;

namespace SlurmBanking.Simulation.Tests;

public sealed class SimulationTests
{
    [Fact]
    public void The_auditor_is_content_with_every_seed()
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();
        var last = int.Parse(Environment.GetEnvironmentVariable("SIMULATED_SEEDS") ?? "500", CultureInfo.InvariantCulture);
        Assert.True(Seeds.Run($"1-{last}", output, errors) == 0, errors.ToString());
        Assert.Equal(last, output.ToString().Split(": ok (").Length - 1);
    }

    [Fact]
    public void The_same_seed_gives_the_same_run()
    {
        using var first = new Scenario(7);
        first.Run();
        using var second = new Scenario(7);
        second.Run();
        Assert.Equal(first.Trace, second.Trace);
        Assert.True(first.Runs > 20, $"{first.Runs} runs");
    }

    [Theory]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("1-2-3")]
    [InlineData("-1")]
    public void What_is_no_range_of_seeds_is_refused(string range)
    {
        using var errors = new StringWriter();
        Assert.Equal(2, Seeds.Run(range, TextWriter.Null, errors));
        Assert.StartsWith("a seed or a range of seeds is wanted", errors.ToString(), StringComparison.Ordinal);
    }
}
