namespace SlurmBanking.Bank.Commands;

/// <summary>Who moves funds on the command line: the user of the operating system.</summary>
internal static class CommandLineActor
{
    public static string Name => Environment.UserName is { Length: > 0 } name ? name : "unknown";
}
