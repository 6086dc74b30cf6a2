using Xunit.MicrosoftTestingPlatform;

namespace SlurmBanking.Simulation.Tests;

internal static class Program
{
    /// <summary>"seeds 7" or "seeds 1-1000" simulates; anything else is for the test platform.</summary>
    public static async Task<int> Main(string[] args) =>
        args is ["seeds", var range]
            ? Seeds.Run(range, Console.Out, Console.Error)
            : await TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions);
}
