using Microsoft.Data.Sqlite;

namespace SlurmBanking.Bank.Storage.Sqlite;

/// <summary>Brings a database forward to this build's layout. The number of its last script is in SQLite's user_version.</summary>
internal static class SqliteMigrations
{
    private const string Store = "Sqlite";

    /// <exception cref="BankStoreException">The database is newer than this build.</exception>
    public static void Apply(SqliteConnection connection)
    {
        if (MigrationScripts.Missing(Store, Version(connection)).Count == 0)
        {
            return;
        }

        // Somebody else may be at it: what is missing is asked again by whoever has the lock.
        using var transaction = connection.BeginTransaction(deferred: false);
        foreach (var (number, sql) in MigrationScripts.Missing(Store, Version(connection, transaction)))
        {
            using var command = connection.CreateCommand();
            command.Transaction = transaction;
#pragma warning disable CA2100 // the text is our own resource and a number
            command.CommandText = $"{sql}\nPRAGMA user_version = {number};";
#pragma warning restore CA2100
            command.ExecuteNonQuery();
        }

        transaction.Commit();
    }

    private static long Version(SqliteConnection connection, SqliteTransaction? transaction = null)
    {
        using var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = "PRAGMA user_version";
        return (long)command.ExecuteScalar()!;
    }
}
