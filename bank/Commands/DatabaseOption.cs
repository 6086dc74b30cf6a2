using System.CommandLine;
using SlurmBanking.Bank.Messages;
using SlurmBanking.Bank.Storage;
using SlurmBanking.Bank.Storage.Postgres;
using SlurmBanking.Bank.Storage.Sqlite;
using SlurmBanking.Bank.Teller;

namespace SlurmBanking.Bank.Commands;

/// <summary>Which database a command works on: --database, else BANK_DATABASE.</summary>
internal static class DatabaseOption
{
    /// <summary>The environment variable.</summary>
    public const string Variable = "BANK_DATABASE";

    /// <summary>The option; every command has the same one.</summary>
    public static readonly Option<string?> Instance = new("--database")
    {
        Description = $"The database: a file (SQLite), or where one of PostgreSQL is; else {Variable}",
        HelpName = "DATABASE",
        Recursive = true,
    };

    /// <summary>Opens the database.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="mayCreate">Whether the command may begin a new one.</param>
    /// <exception cref="TellerException">None is named, or one of a kind that this build does not know.</exception>
    /// <exception cref="BankStoreException">It can't be opened.</exception>
    public static IBankStore Open(ParseResult parsed, bool mayCreate)
    {
        var named = parsed.GetValue(Instance) ?? Environment.GetEnvironmentVariable(Variable);
        if (string.IsNullOrWhiteSpace(named))
        {
            throw new TellerException(CommandLine.NoDatabase(Variable));
        }

        if (PostgresAddress.IsOne(named))
        {
            return new PostgresStore(named, mayCreate);
        }

        return named.Contains("://", StringComparison.Ordinal)
            ? throw new TellerException(CommandLine.BadDatabase)
            : new SqliteStore(named, mayCreate);
    }
}
