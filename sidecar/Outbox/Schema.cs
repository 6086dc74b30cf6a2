using Microsoft.Data.Sqlite;
using SlurmBanking.Sidecar.Messages;

namespace SlurmBanking.Sidecar.Outbox;

/// <summary>The state database's schema: numbered steps, forward only.</summary>
internal static class Schema
{
    private static readonly string[] Steps =
    [
        """
            CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
            CREATE TABLE hold (id TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID;
            CREATE TABLE run (key TEXT PRIMARY KEY, closed INTEGER, body TEXT NOT NULL) WITHOUT ROWID;
            CREATE INDEX run_closed ON run (closed);
            -- state: 0 pending, 1 delivered, 2 parked. Times are Unix milliseconds.
            CREATE TABLE delivery (
                seq INTEGER PRIMARY KEY AUTOINCREMENT,
                run TEXT NOT NULL,
                account TEXT NOT NULL,
                kind INTEGER NOT NULL,
                bank_id TEXT NOT NULL,
                body TEXT NOT NULL,
                attempts INTEGER NOT NULL DEFAULT 0,
                due INTEGER NOT NULL DEFAULT 0,
                state INTEGER NOT NULL DEFAULT 0,
                problem TEXT
            );
            CREATE INDEX delivery_of_job ON delivery (bank_id, seq) WHERE state = 0;
            CREATE INDEX delivery_state ON delivery (state, due);
            """,
        // By (state, due) each look at what is due next read and sorted all that waits: a backlog made itself longer.
        """
            DROP INDEX delivery_state;
            CREATE INDEX delivery_waiting ON delivery (seq, due) WHERE state = 0;
            CREATE INDEX delivery_delivered ON delivery (due) WHERE state = 1;
            CREATE INDEX delivery_parked ON delivery (seq) WHERE state = 2;
            """,
        // What waits already counts from now: since when it does is not known.
        """
            ALTER TABLE delivery ADD COLUMN created INTEGER NOT NULL DEFAULT 0;
            UPDATE delivery SET created = unixepoch() * 1000 WHERE state = 0;
            """,
    ];

    /// <summary>Brings a database to the newest version.</summary>
    /// <exception cref="IOException">It was written by a newer sidecar.</exception>
    public static void Migrate(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA user_version";
        var version = Convert.ToInt32(command.ExecuteScalar());
        if (version > Steps.Length)
        {
            throw new IOException(Problems.StateNewer(version, Steps.Length));
        }

        for (; version < Steps.Length; version++)
        {
            command.CommandText = $"BEGIN; {Steps[version]}; PRAGMA user_version = {version + 1}; COMMIT;";
            command.ExecuteNonQuery();
        }
    }
}
