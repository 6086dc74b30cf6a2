using Npgsql;
using SlurmBanking.Bank.Messages;

namespace SlurmBanking.Bank.Storage.Postgres;

/// <summary>Brings a database forward to this build's layout. The number of its last script is in the table layout.</summary>
internal static class PostgresMigrations
{
    private const string Store = "Postgres";

    // Any number that nobody else locks in this database: the letters "bank".
    private const long Key = 0x62616E6B;

    /// <param name="connection">To the database.</param>
    /// <param name="mayBegin">Whether to begin books where there are none.</param>
    /// <exception cref="BankStoreException">There are none, or the database is newer than this build.</exception>
    public static void Apply(NpgsqlConnection connection, bool mayBegin)
    {
        var version = Version(connection);
        if (version is null && !mayBegin)
        {
            throw new BankStoreException(DatabaseTroubles.NoBooks(connection.Database));
        }

        if (version is { } known && MigrationScripts.Missing(Store, known).Count == 0)
        {
            return;
        }

        // Several replicas start at once: one does it, the others wait for it and find it done.
        using var transaction = connection.BeginTransaction();
        Run(connection, $"SELECT pg_advisory_xact_lock({Key})");
        version = Version(connection);
        if (version is null)
        {
            Run(connection, "CREATE TABLE layout (version INTEGER NOT NULL); INSERT INTO layout VALUES (0)");
        }

        foreach (var (number, sql) in MigrationScripts.Missing(Store, version ?? 0))
        {
            Run(connection, sql);
            Run(connection, $"UPDATE layout SET version = {number}");
        }

        transaction.Commit();
    }

    // Null where no layout ever was.
    private static int? Version(NpgsqlConnection connection)
    {
        // Not to_regclass, which behind the lock still says what it said before it.
        using var there = new NpgsqlCommand(
            "SELECT EXISTS (SELECT 1 FROM pg_tables WHERE schemaname = current_schema() AND tablename = 'layout')",
            connection
        );
        if (there.ExecuteScalar() is not true)
        {
            return null;
        }

        using var version = new NpgsqlCommand("SELECT version FROM layout", connection);
        return (int?)version.ExecuteScalar();
    }

    private static void Run(NpgsqlConnection connection, string sql)
    {
#pragma warning disable CA2100 // the text is our own resource and numbers
        using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }
}
