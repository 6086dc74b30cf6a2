using System.Text;
using Microsoft.Data.Sqlite;
using SlurmBanking.Sidecar.Lifecycle;

namespace SlurmBanking.Sidecar.Outbox;

/// <summary>
/// Runs that ended, the last first, for people who ask: on a connection of its own, one question after the other, and no further back
/// than is read in a moment.
/// </summary>
internal sealed class RunHistory(SqliteConnection connection) : IDisposable
{
    /// <summary>How many runs are looked through at most.</summary>
    public const int Farthest = 20_000;

    private readonly Lock _gate = new();

    /// <summary>Reads runs that somebody asks about.</summary>
    /// <exception cref="IOException">The state database can't be read.</exception>
    public IReadOnlyList<Run> Read(JobFilter filter, int limit)
    {
        lock (_gate)
        {
            using var command = connection.CreateCommand();
            var conditions = new StringBuilder("1");
            void Require(string condition, string name, object value)
            {
                conditions.Append(" AND ").Append(condition);
                command.Parameters.AddWithValue(name, value);
            }

            if (filter.Uid is { } uid)
            {
                Require("body ->> '$.Uid' = $uid", "$uid", (long)uid);
            }

            if (filter.Account.Length > 0)
            {
                Require("body ->> '$.Account' = $account", "$account", filter.Account);
            }

            if (filter.Jobs.Count > 0)
            {
                // A key is hold:job:restart.
                var jobs = string.Join(',', filter.Jobs);
                conditions.Append($" AND (CAST(substr(key, 34) AS INTEGER) IN ({jobs}) OR body ->> '$.ArrayJobId' IN ({jobs}))");
            }

            command.CommandText = $"""
                SELECT body FROM (SELECT key, body FROM run WHERE closed IS NOT NULL ORDER BY closed DESC LIMIT {Farthest})
                WHERE {conditions} LIMIT {limit}
                """;
            return RunArchive.Read(command);
        }
    }

    public void Dispose() => connection.Dispose();
}
