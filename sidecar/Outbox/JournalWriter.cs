using System.Text.Json;
using Microsoft.Data.Sqlite;
using SlurmBanking.BankApi;
using SlurmBanking.Sidecar.Lifecycle;

namespace SlurmBanking.Sidecar.Outbox;

/// <summary>The statements of the state database. Used by the journal's thread alone, inside a transaction.</summary>
internal sealed class JournalWriter(SqliteConnection connection) : IDisposable
{
    private readonly SqliteCommand _putHold = Prepare(connection, "INSERT OR REPLACE INTO hold (id, body) VALUES ($a, $b)");
    private readonly SqliteCommand _removeHold = Prepare(connection, "DELETE FROM hold WHERE id = $a");
    private readonly SqliteCommand _putRun = Prepare(connection, "INSERT OR REPLACE INTO run (key, closed, body) VALUES ($a, $b, $c)");
    private readonly SqliteCommand _addDelivery = Prepare(
        connection,
        "INSERT INTO delivery (run, account, kind, bank_id, body, created) VALUES ($a, $b, $c, $d, $e, $f)"
    );
    private readonly SqliteCommand _attempt = Prepare(connection, "UPDATE delivery SET attempts = attempts + 1 WHERE seq = $a");
    private readonly SqliteCommand _retry = Prepare(
        connection,
        "UPDATE delivery SET due = $b, problem = $c, attempts = attempts + (kind = 1) WHERE seq = $a"
    );
    private readonly SqliteCommand _finish = Prepare(connection, "UPDATE delivery SET state = $b, due = $c, problem = $d WHERE seq = $a");
    private readonly SqliteCommand _pruneDeliveries = Prepare(
        connection,
        "DELETE FROM delivery WHERE seq IN (SELECT seq FROM delivery WHERE state = 1 AND due < $a LIMIT $b)"
    );
    private readonly SqliteCommand _revive = Prepare(
        connection,
        "UPDATE delivery SET state = 0, due = 0, problem = NULL WHERE seq = $a AND state = 2"
    );
    private readonly SqliteCommand _discard = Prepare(
        connection,
        "UPDATE delivery SET state = 1, due = $b, problem = $c WHERE seq = $a AND state = 2"
    );
    private readonly SqliteCommand _withdraw = Prepare(
        connection,
        $"DELETE FROM delivery WHERE run = $a AND kind = {(int)DeliveryKind.Settle} AND state = 0"
    );
    private readonly SqliteCommand _note = Prepare(connection, "INSERT OR REPLACE INTO meta (name, value) VALUES ($a, $b)");
    private readonly SqliteCommand _pruneRuns = Prepare(
        connection,
        "DELETE FROM run WHERE key IN (SELECT key FROM run WHERE closed < $a LIMIT $b)"
    );

    private bool _outboxChanged;

    /// <summary>The time of the transaction.</summary>
    public DateTimeOffset Now { get; set; }

    /// <summary>Whether a record was added, or is due at another time, since the last call.</summary>
    public bool TakeOutboxChanged()
    {
        var changed = _outboxChanged;
        _outboxChanged = false;
        return changed;
    }

    /// <summary>What one fact changed.</summary>
    public void Apply(Changes changes)
    {
        foreach (var hold in changes.Holds)
        {
            Put(hold);
        }

        foreach (var hold in changes.Released)
        {
            Run(_removeHold, hold.Id.ToString());
        }

        foreach (var run in changes.Runs)
        {
            object closed = run.Closed is { } time ? time.ToUnixTimeMilliseconds() : DBNull.Value;
            Run(_putRun, run.Key.ToString(), closed, JsonSerializer.Serialize(run, StateJson.Default.Run));
        }

        if (changes.Term is { } term)
        {
            Note(Journal.TermNote, $"{term}");
        }

        foreach (var run in changes.Withdrawn)
        {
            Run(_withdraw, run.ToString());
        }

        foreach (var delivery in changes.Deliveries)
        {
            var body = JsonSerializer.Serialize(delivery.Job, BankApiJsonContext.Default.Job);
            _outboxChanged = true;
            var created = Now.ToUnixTimeMilliseconds();
            Run(_addDelivery, delivery.Run.ToString(), delivery.Account, (int)delivery.Kind, delivery.Job.JobSlurmId, body, created);
        }
    }

    /// <summary>Keeps a hold, as it is now.</summary>
    public void Put(Hold hold) => Run(_putHold, hold.Id.ToString(), JsonSerializer.Serialize(hold, StateJson.Default.Hold));

    /// <summary>Written before a record is sent: what comes of a lost answer is then known even after a crash.</summary>
    public void Attempt(long seq) => Run(_attempt, seq);

    public void Retry(long seq, DateTimeOffset due, string problem) => Change(_retry, seq, due.ToUnixTimeMilliseconds(), problem);

    public void Delivered(long seq, DateTimeOffset now) => Change(_finish, seq, 1, now.ToUnixTimeMilliseconds(), DBNull.Value);

    public void Park(long seq, DateTimeOffset now, string problem) => Change(_finish, seq, 2, now.ToUnixTimeMilliseconds(), problem);

    /// <summary>Lets a parked record wait for the bank again.</summary>
    /// <returns>False when there is none of that place.</returns>
    public bool Revive(long seq)
    {
        _outboxChanged = true;
        return Run(_revive, seq) > 0;
    }

    /// <summary>Gives a parked record up. Like one that was delivered it goes after a week.</summary>
    /// <returns>False when there is none of that place.</returns>
    public bool Discard(long seq, DateTimeOffset now, string problem) => Run(_discard, seq, now.ToUnixTimeMilliseconds(), problem) > 0;

    /// <summary>Notes something about the state directory itself.</summary>
    public void Note(string name, string value) => Run(_note, name, value);

    /// <summary>Drops delivered records and closed runs from before a time.</summary>
    /// <param name="before">The time.</param>
    /// <param name="most">How many of each at most.</param>
    /// <returns>Whether there may be more of them.</returns>
    public bool Prune(DateTimeOffset before, int most)
    {
        var deliveries = Run(_pruneDeliveries, before.ToUnixTimeMilliseconds(), most);
        var runs = Run(_pruneRuns, before.ToUnixTimeMilliseconds(), most);
        return deliveries == most || runs == most;
    }

    public void Dispose()
    {
        SqliteCommand[] all =
        [
            _putHold,
            _removeHold,
            _putRun,
            _addDelivery,
            _attempt,
            _retry,
            _finish,
            _withdraw,
            _revive,
            _discard,
            _note,
            _pruneDeliveries,
            _pruneRuns,
        ];
        Array.ForEach(all, static command => command.Dispose());
    }

    private static SqliteCommand Prepare(SqliteConnection connection, string text)
    {
        var command = connection.CreateCommand();
        command.CommandText = text;
        for (var name = 'a'; text.Contains($"${name}", StringComparison.Ordinal); name++)
        {
            command.Parameters.Add(new SqliteParameter($"${name}", null));
        }

        return command;
    }

    private void Change(SqliteCommand command, params ReadOnlySpan<object> values)
    {
        _outboxChanged = true;
        Run(command, values);
    }

    private static int Run(SqliteCommand command, params ReadOnlySpan<object> values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = values[i];
        }

        return command.ExecuteNonQuery();
    }
}
