using SlurmBanking.Hooks;

namespace SlurmBanking.Plugins.Tests;

/// <summary>How a refusal looks behind "sbatch: error: " on a terminal of 80 columns.</summary>
public sealed class TerminalTests
{
    [Theory]
    [InlineData("no", "slurm-banking: no")]
    [InlineData("slurm-banking: no", "slurm-banking: no")]
    [InlineData(
        "account fc_abc can't afford this job: it may cost up to 48.00 SU (16 CPUs x 4:00:00 x 0.75 SU/CPU-h); 12.50 available, 30.00 held by 3 jobs",
        "slurm-banking: account fc_abc can't afford this job: it may\n"
            + "cost up to 48.00 SU (16 CPUs x 4:00:00 x 0.75 SU/CPU-h); 12.50\n"
            + "available, 30.00 held by 3 jobs"
    )]
    // A bank's own words are of any kind.
    [InlineData("Kontingent erschöpft\n\u001b[31m2 × 3", "slurm-banking: Kontingent ersch?pft ?[31m2 ? 3")]
    public void A_text_is_prefixed_cleaned_and_broken_between_words(string message, string expected) =>
        Assert.Equal(expected, Terminal.Fold(message));

    [Fact]
    public void Lines_are_as_long_as_they_may_be_and_a_long_name_keeps_one_for_itself()
    {
        // "slurm-banking: " has 15 characters: 48 more fill the line.
        var name = new string('n', 48);
        Assert.Equal($"slurm-banking: {name}\nx", Terminal.Fold($"{name} x"));
        Assert.Equal($"slurm-banking:\n{name}n x", Terminal.Fold($"{name}n x"));
        var longer = new string('n', 90);
        Assert.Equal($"slurm-banking: account\n{longer}\nis unknown", Terminal.Fold($"account {longer} is unknown"));
    }

    [Fact]
    public void What_is_too_long_for_a_user_is_cut()
    {
        var folded = Terminal.Fold(string.Join(' ', Enumerable.Repeat("word", 100_000)));
        Assert.InRange(folded.Length, 990, 1000);
        Assert.EndsWith("word...", folded, StringComparison.Ordinal);
        Assert.All(folded.Split('\n'), static line => Assert.InRange(line.Length, 1, 66));
    }
}
