namespace SlurmBanking.Cli;

/// <summary>Ends the program with a word to the user.</summary>
/// <param name="exitCode">One of <see cref="ExitCode"/>.</param>
/// <param name="message">What happened, to what, and what to do.</param>
internal sealed class SbankException(int exitCode, string message) : Exception(message)
{
    public int ExitCode => exitCode;
}
