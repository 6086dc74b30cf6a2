using System.Globalization;
using Xunit.MicrosoftTestingPlatform;

namespace SlurmBanking.Faults.Tests;

internal static class Program
{
    /// <summary>"table 3" runs every fault three times; anything else is for the test platform.</summary>
    public static async Task<int> Main(string[] args) =>
        args is ["table", var runs, var names]
            ? await FaultTable.RunAsync(int.Parse(runs, CultureInfo.InvariantCulture), names, Console.Out)
            : await TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions);
}
