namespace SlurmBanking.Fuzz.Tests;

/// <summary>A short run of what `make fuzz` does for as long as it is told.</summary>
public sealed class FrameTests(ITestOutputHelper output)
{
    [Fact]
    public Task Whatever_is_sent_the_sidecar_lives_answers_and_does_not_grow() => FrameRun.RunAsync(1, 100_000, output.WriteLine);
}
