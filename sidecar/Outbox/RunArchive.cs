using Microsoft.Data.Sqlite;
using SlurmBanking.Sidecar.Lifecycle;
using SlurmBanking.Sidecar.Messages;
using SlurmBanking.Terms;

namespace SlurmBanking.Sidecar.Outbox;

/// <summary>Single runs of the state database, on a connection of its own: nobody else's reading is waited for. Not thread-safe.</summary>
internal sealed class RunArchive : IRunArchive, IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly SqliteCommand _find;
    private readonly SqliteCommand _of;

    public RunArchive(SqliteConnection connection)
    {
        _connection = connection;
        _find = connection.CreateCommand();
        _find.CommandText = "SELECT body FROM run WHERE key = $a";
        _find.Parameters.Add("$a", SqliteType.Text);
        _of = connection.CreateCommand();
        _of.CommandText = "SELECT body FROM run WHERE key > $a AND key < $b";
        _of.Parameters.Add("$a", SqliteType.Text);
        _of.Parameters.Add("$b", SqliteType.Text);
    }

    public Run? Find(RunKey key)
    {
        _find.Parameters[0].Value = key.ToString();
        return Read(_find) is [var run] ? run : null;
    }

    public IReadOnlyList<Run> Of(HoldId hold, uint jobId)
    {
        // A key is hold:job:restart, and ';' follows ':'.
        _of.Parameters[0].Value = $"{hold}:{jobId}:";
        _of.Parameters[1].Value = $"{hold}:{jobId};";
        return Read(_of);
    }

    public void Dispose()
    {
        _find.Dispose();
        _of.Dispose();
        _connection.Dispose();
    }

    /// <summary>The runs that a question gives; what can't be read any more is left out.</summary>
    /// <exception cref="IOException">The disk can't be read.</exception>
    internal static List<Run> Read(SqliteCommand command)
    {
        try
        {
            var runs = new List<Run>(1);
            using var reader = command.ExecuteReader();
            while (reader.Read())
            {
                if (StateJson.TryRead(reader.GetString(0), StateJson.Default.Run) is { } run)
                {
                    runs.Add(run);
                }
            }

            return runs;
        }
        catch (SqliteException e)
        {
            throw new IOException(Problems.StateUnreadable(e.Message), e);
        }
    }
}
