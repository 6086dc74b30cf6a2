namespace SlurmBanking.Bank.Commands;

/// <summary>
/// Who moves funds on the command line: the user of the operating system, or whom BANK_ACTOR names, where the command is run as the bank's
/// own user for somebody. Who may write the books could write any name into them.
/// </summary>
internal static class CommandLineActor
{
    private const string Variable = "BANK_ACTOR";

    public static string Name =>
        Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } told ? told
        : Environment.UserName is { Length: > 0 } name ? name
        : "unknown";
}
