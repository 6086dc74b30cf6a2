using System.CommandLine;
using SlurmBanking.Cli.Asking;
using SlurmBanking.Cli.Messages;

namespace SlurmBanking.Cli.Commands;

/// <summary>Where a bank is that offers accounts, deposits and statements, and with which token it is asked.</summary>
internal static class BankOptions
{
    public static Option<string?> Url() => new("--bank") { Description = "The bank's address [default: SBANK_BANK]" };

    public static Option<FileInfo?> TokenFile() =>
        new("--token-file") { Description = "Holds your token at the bank [default: the token in BANK_TOKEN]" };

    /// <summary>The bank of a command line.</summary>
    /// <exception cref="SbankException">It is not said which, or there is no token.</exception>
    public static Bank Open(ParseResult parsed, Option<string?> url, Option<FileInfo?> tokenFile)
    {
        var address = parsed.GetValue(url) ?? Environment.GetEnvironmentVariable("SBANK_BANK");
        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
        {
            throw new SbankException(ExitCode.Misused, Failures.WhichBank);
        }

        return new Bank(uri, Token(parsed.GetValue(tokenFile)));
    }

    private static string Token(FileInfo? file)
    {
        if (file is null)
        {
            return Environment.GetEnvironmentVariable("BANK_TOKEN") is { Length: > 0 } token
                ? token
                : throw new SbankException(ExitCode.Misused, Failures.WhichToken);
        }

        try
        {
            return File.ReadAllText(file.FullName).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SbankException(ExitCode.Misused, Failures.TokenUnreadable(e.Message));
        }
    }
}
