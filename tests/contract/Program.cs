using Xunit.MicrosoftTestingPlatform;

namespace SlurmBanking.Contract.Tests;

internal static class Program
{
    /// <summary>"ask URL FILE" asks a bank; anything else is for the test platform, which asks the bank of the environment.</summary>
    public static async Task<int> Main(string[] args) =>
        args is ["ask", var url, var accounts]
            ? await Inquiry.Run(url, accounts, Console.Out, Console.Error)
            : await TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions);
}
