using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Data.Sqlite;
using SlurmBanking.BankApi;
using SlurmBanking.Sidecar.Lifecycle;

namespace SlurmBanking.Sidecar.Outbox;

/// <summary>The statements of the state database. Used by the journal's thread alone, inside a transaction.</summary>
internal sealed class JournalWriter : IDisposable
{
    private readonly List<WriteStatement> _all = [];
    private readonly SqliteConnection _connection;
    private readonly WriteStatement _putHold;
    private readonly WriteStatement _removeHold;
    private readonly WriteStatement _putRun;
    private readonly WriteStatement _addDelivery;
    private readonly WriteStatement _attempt;
    private readonly WriteStatement _retry;
    private readonly WriteStatement _finish;
    private readonly WriteStatement _pruneDeliveries;
    private readonly WriteStatement _revive;
    private readonly WriteStatement _discard;
    private readonly WriteStatement _withdraw;
    private readonly WriteStatement _note;
    private readonly WriteStatement _pruneRuns;
    private readonly ArrayBufferWriter<byte> _body = new(2048);
    private readonly Utf8JsonWriter _json;
    private bool _outboxChanged;

    public JournalWriter(SqliteConnection connection)
    {
        _connection = connection;
        _json = new Utf8JsonWriter(_body, new JsonWriterOptions { SkipValidation = true });
        _putHold = Prepare("INSERT OR REPLACE INTO hold (id, body) VALUES (?1, ?2)");
        _removeHold = Prepare("DELETE FROM hold WHERE id = ?1");
        _putRun = Prepare("INSERT OR REPLACE INTO run (key, closed, body) VALUES (?1, ?2, ?3)");
        _addDelivery = Prepare("INSERT INTO delivery (run, account, kind, bank_id, body, created) VALUES (?1, ?2, ?3, ?4, ?5, ?6)");
        _attempt = Prepare("UPDATE delivery SET attempts = attempts + 1 WHERE seq = ?1");
        _retry = Prepare("UPDATE delivery SET due = ?2, problem = ?3, attempts = attempts + (kind = 1) WHERE seq = ?1");
        _finish = Prepare("UPDATE delivery SET state = ?2, due = ?3, problem = ?4 WHERE seq = ?1");
        _revive = Prepare("UPDATE delivery SET state = 0, due = 0, problem = NULL WHERE seq = ?1 AND state = 2");
        _discard = Prepare("UPDATE delivery SET state = 1, due = ?2, problem = ?3 WHERE seq = ?1 AND state = 2");
        _withdraw = Prepare($"DELETE FROM delivery WHERE run = ?1 AND kind = {(int)DeliveryKind.Settle} AND state = 0");
        _note = Prepare("INSERT OR REPLACE INTO meta (name, value) VALUES (?1, ?2)");
        _pruneDeliveries = Prepare("DELETE FROM delivery WHERE seq IN (SELECT seq FROM delivery WHERE state = 1 AND due < ?1 LIMIT ?2)");
        _pruneRuns = Prepare("DELETE FROM run WHERE key IN (SELECT key FROM run WHERE closed < ?1 LIMIT ?2)");
    }

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
            _removeHold.With(hold.Id.ToString()).Run();
        }

        Span<byte> key = stackalloc byte[RunKey.MostTextLength];
        foreach (var run in changes.Runs)
        {
            var id = key[..run.Key.Format(key)];
            var body = Json(run, StateJson.Default.Run);
            _putRun.With(id).With(run.Closed?.ToUnixTimeMilliseconds()).With(body).Run();
        }

        if (changes.Term is { } term)
        {
            Note(Journal.TermNote, $"{term}");
        }

        foreach (var run in changes.Withdrawn)
        {
            _withdraw.With(key[..run.Format(key)]).Run();
        }

        foreach (var delivery in changes.Deliveries)
        {
            _outboxChanged = true;
            var body = Json(delivery.Job, BankApiJsonContext.Default.Job);
            _addDelivery
                .With(key[..delivery.Run.Format(key)])
                .With(delivery.Account)
                .With((long)delivery.Kind)
                .With(delivery.Job.JobSlurmId)
                .With(body)
                .With(Now.ToUnixTimeMilliseconds())
                .Run();
        }
    }

    /// <summary>Keeps a hold, as it is now.</summary>
    public void Put(Hold hold)
    {
        var body = Json(hold, StateJson.Default.Hold);
        _putHold.With(hold.Id.ToString()).With(body).Run();
    }

    /// <summary>Written before a record is sent: what comes of a lost answer is then known even after a crash.</summary>
    public void Attempt(long seq) => _attempt.With(seq).Run();

    public void Retry(long seq, DateTimeOffset due, string problem)
    {
        _outboxChanged = true;
        _retry.With(seq).With(due.ToUnixTimeMilliseconds()).With(problem).Run();
    }

    public void Delivered(long seq, DateTimeOffset now) => Finish(seq, 1, now, null);

    public void Park(long seq, DateTimeOffset now, string problem) => Finish(seq, 2, now, problem);

    /// <summary>Lets a parked record wait for the bank again.</summary>
    /// <returns>False when there is none of that place.</returns>
    public bool Revive(long seq)
    {
        _outboxChanged = true;
        return _revive.With(seq).Run() > 0;
    }

    /// <summary>Gives a parked record up. Like one that was delivered it goes after a week.</summary>
    /// <returns>False when there is none of that place.</returns>
    public bool Discard(long seq, DateTimeOffset now, string problem) =>
        _discard.With(seq).With(now.ToUnixTimeMilliseconds()).With(problem).Run() > 0;

    /// <summary>Notes something about the state directory itself.</summary>
    public void Note(string name, string value) => _note.With(name).With(value).Run();

    /// <summary>Drops delivered records and closed runs from before a time.</summary>
    /// <param name="before">The time.</param>
    /// <param name="most">How many of each at most.</param>
    /// <returns>Whether there may be more of them.</returns>
    public bool Prune(DateTimeOffset before, int most)
    {
        var deliveries = _pruneDeliveries.With(before.ToUnixTimeMilliseconds()).With((long)most).Run();
        var runs = _pruneRuns.With(before.ToUnixTimeMilliseconds()).With((long)most).Run();
        return deliveries == most || runs == most;
    }

    public void Dispose()
    {
        _all.ForEach(static statement => statement.Dispose());
        _json.Dispose();
    }

    private void Finish(long seq, long state, DateTimeOffset now, string? problem)
    {
        _outboxChanged = true;
        _finish.With(seq).With(state).With(now.ToUnixTimeMilliseconds()).With(problem).Run();
    }

    private WriteStatement Prepare(string sql)
    {
        _all.Add(new WriteStatement(_connection, sql));
        return _all[^1];
    }

    // Until the next one is written; before values are bound, since it may fail.
    private ReadOnlySpan<byte> Json<T>(T value, JsonTypeInfo<T> type)
    {
        _body.ResetWrittenCount();
        _json.Reset();
        JsonSerializer.Serialize(_json, value, type);
        return _body.WrittenSpan;
    }
}
