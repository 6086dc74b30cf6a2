using Xunit.MicrosoftTestingPlatform;

namespace SlurmBanking.Fuzz.Tests;

internal static class Program
{
    /// <summary>"frames SEED COUNT" fuzzes; anything else is for the test platform.</summary>
    public static async Task<int> Main(string[] args) =>
        args is ["frames", var seed, var count]
            ? await FrameRun.RunAsync(int.Parse(seed), long.Parse(count), Console.Out)
            : await TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions);
}
