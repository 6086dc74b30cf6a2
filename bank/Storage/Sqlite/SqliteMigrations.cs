using System.Globalization;
using System.Reflection;
using Microsoft.Data.Sqlite;

namespace SlurmBanking.Bank.Storage.Sqlite;

/// <summary>
/// Brings a database forward to this build's layout: the scripts Migrations/NNNN_name.sql, each once, in order, never back.
/// The number of the last one is in SQLite's user_version.
/// </summary>
internal static class SqliteMigrations
{
    /// <exception cref="BankStoreException">The database is newer than this build.</exception>
    public static void Apply(SqliteConnection connection)
    {
        var scripts = Scripts();
        if (Version(connection) == scripts[^1].Number)
        {
            return;
        }

        using var transaction = connection.BeginTransaction(deferred: false);
        var version = Version(connection, transaction);
        if (version > scripts[^1].Number)
        {
            throw new BankStoreException(
                $"the database has layout {version}, this build knows up to {scripts[^1].Number}: use a newer build"
            );
        }

        foreach (var (number, name) in scripts.Where(script => script.Number > version))
        {
            using var command = connection.CreateCommand();
            command.Transaction = transaction;
#pragma warning disable CA2100 // the text is our own resource and a number
            command.CommandText = $"{Text(name)}\nPRAGMA user_version = {number};";
#pragma warning restore CA2100
            command.ExecuteNonQuery();
        }

        transaction.Commit();
    }

    private static List<(int Number, string Name)> Scripts() =>
        [
            .. Assembly
                .GetExecutingAssembly()
                .GetManifestResourceNames()
                .Select(static name => (int.Parse(name.AsSpan(0, 4), CultureInfo.InvariantCulture), name))
                .Order(),
        ];

    private static string Text(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    private static long Version(SqliteConnection connection, SqliteTransaction? transaction = null)
    {
        using var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = "PRAGMA user_version";
        return (long)command.ExecuteScalar()!;
    }
}
