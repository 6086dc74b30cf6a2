using System.Data;
using System.Threading.Channels;
using Npgsql;
using SlurmBanking.Bank.Messages;

namespace SlurmBanking.Bank.Storage.Postgres;

/// <summary>
/// Does the work that waits together: the thread that writes takes all of it, locks its projects as far as nobody else has them, and
/// makes it durable in one transaction. What concerns a project that somebody has (another bank, or the command line) goes to a lane of
/// that project, which waits for it and holds up nobody else. What can't be done beside others, or fails in a group, is done by itself.
/// </summary>
internal sealed class PostgresWriter : IDisposable
{
    private const int MaxPerCommit = 128;
    private readonly NpgsqlDataSource _source;
    private readonly Func<Action, Task> _inTurn;
    private readonly Action<Piece> _doAlone;
    private readonly TimeSpan _maxWait;
    private readonly Func<NpgsqlException, BankStoreException> _toFailure;
    private readonly Channel<Piece> _waiting = Channel.CreateUnbounded<Piece>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Lock _gate = new();
    private readonly Dictionary<string, List<Piece>> _lanes = new(StringComparer.Ordinal);
    private readonly Thread _thread;

    /// <param name="source">Connections.</param>
    /// <param name="maxWait">How long a piece waits for its turn.</param>
    /// <param name="inTurn">Runs something on another thread, with a connection that is left for it.</param>
    /// <param name="doAlone">Does a piece in a transaction of its own, again where that is worth it, and answers.</param>
    /// <param name="toFailure">What a caller is told of the database's failure.</param>
    public PostgresWriter(
        NpgsqlDataSource source,
        TimeSpan maxWait,
        Func<Action, Task> inTurn,
        Action<Piece> doAlone,
        Func<NpgsqlException, BankStoreException> toFailure
    )
    {
        (_source, _maxWait, _inTurn, _doAlone, _toFailure) = (source, maxWait, inTurn, doAlone, toFailure);
        _thread = new Thread(Run) { IsBackground = true, Name = "ledger writer" };
        _thread.Start();
    }

    public async Task<T> Enqueue<T>(Func<IBooks, T> work, Foreseen foreseen)
    {
        var piece = new Piece<T>(work, foreseen);
        await _waiting.Writer.WriteAsync(piece);
        try
        {
            return await piece.Result.WaitAsync(_maxWait);
        }
        catch (TimeoutException) when (piece.TryTake())
        {
            throw new BankStoreException(DatabaseTroubles.BusyWriter(_maxWait.TotalSeconds));
        }
        catch (TimeoutException)
        {
            // It is being done.
            return await piece.Result;
        }
    }

    public void Dispose()
    {
        _waiting.Writer.TryComplete();
        _thread.Join();
    }

    private void Run()
    {
        var round = new List<Piece>(MaxPerCommit);
        while (_waiting.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            while (round.Count < MaxPerCommit && _waiting.Reader.TryRead(out var piece))
            {
                if (piece.TryTake() && !TryAddToLane(piece))
                {
                    round.Add(piece);
                }
            }

            if (round.Count > 0)
            {
                Do(round, mayWait: false);
                round.Clear();
            }
        }
    }

    private bool TryAddToLane(Piece piece)
    {
        lock (_gate)
        {
            if (!_lanes.TryGetValue(piece.About!.Account, out var lane))
            {
                return false;
            }

            lane.Add(piece);
            return true;
        }
    }

    private void Do(List<Piece> round, bool mayWait)
    {
        var outcome = new Outcome([], [], []);
        var isAtCommit = false;
        try
        {
            using var connection = _source.OpenConnection();
            using var transaction = connection.BeginTransaction(IsolationLevel.ReadCommitted);
            var session = new PostgresSession(connection, transaction);
            if (TryDo(round, session, mayWait, outcome))
            {
                session.Flush();
                isAtCommit = true;
                Commit(transaction, outcome.Done);
            }
            else
            {
                outcome = new Outcome([], [], [.. round]);
            }
        }
        catch (PostgresException exception) when (mayWait && exception.SqlState == PostgresErrorCodes.LockNotAvailable)
        {
            // All of them have waited.
            Fail(round, _toFailure(exception));
            return;
        }
        catch (Exception)
        {
            // Before the commit nothing of it stays: whose fault it was shows when each is done by itself. Behind it, it is known what
            // became of it, and the connection alone could not be given back.
            outcome = isAtCommit ? outcome : new Outcome([], [], [.. round]);
        }

        outcome.Done.ForEach(static piece => piece.Answer());
        outcome.Busy.ForEach(AddToLane);
        outcome.Alone.ForEach(piece => _ = DoAlone(piece));
    }

    /// <returns>Whether what was done can be made durable.</returns>
    private static bool TryDo(List<Piece> round, PostgresSession session, bool mayWait, Outcome outcome)
    {
        var foresight = new PostgresForesight();
        foreach (var piece in round)
        {
            foresight.Add(piece.About!);
        }

        var known = foresight.Ask(session, mayWait);
        var books = new PostgresGroupBooks(session, known);
        foreach (var piece in round)
        {
            var before = books.Writes;
            if (!known.Memory.Accounts.ContainsKey(piece.About!.Account))
            {
                // Somebody has the project, or, if that was waited for, there is none.
                (mayWait ? outcome.Alone : outcome.Busy).Add(piece);
            }
            else if (piece.TryDo(books))
            {
                outcome.Done.Add(piece);
            }
            else if (piece.Failure is NpgsqlException || books.Writes != before)
            {
                return false;
            }
            else
            {
                (piece.Failure is UnforeseenException ? outcome.Alone : outcome.Done).Add(piece);
            }
        }

        return true;
    }

    private void Commit(NpgsqlTransaction transaction, List<Piece> done)
    {
        try
        {
            transaction.Commit();
        }
        catch (NpgsqlException exception)
        {
            // To do it again might do it twice.
            var failure = new BankStoreException(DatabaseTroubles.InDoubt(_toFailure(exception).Message), exception);
            Fail(done, failure);
            done.Clear();
        }
    }

    private static void Fail(List<Piece> pieces, Exception failure) => pieces.ForEach(piece => piece.Fail(failure));

    private async Task DoAlone(Piece piece)
    {
        try
        {
            await _inTurn(() => _doAlone(piece));
        }
        catch (Exception exception)
        {
            piece.Fail(exception);
        }
    }

    private void AddToLane(Piece piece)
    {
        lock (_gate)
        {
            var project = piece.About!.Account;
            if (_lanes.TryGetValue(project, out var lane))
            {
                lane.Add(piece);
                return;
            }

            _lanes.Add(project, [piece]);
            _ = RunLane(project);
        }
    }

    private async Task RunLane(string project)
    {
        await Task.Yield();
        while (TakeFromLane(project) is { } pieces)
        {
            try
            {
                await _inTurn(() => Do(pieces, mayWait: true));
            }
            catch (Exception exception)
            {
                Fail(pieces, exception);
            }
        }
    }

    private List<Piece>? TakeFromLane(string project)
    {
        lock (_gate)
        {
            var lane = _lanes[project];
            if (lane.Count == 0)
            {
                _lanes.Remove(project);
                return null;
            }

            var pieces = lane.Take(MaxPerCommit).ToList();
            lane.RemoveRange(0, pieces.Count);
            return pieces;
        }
    }

    private sealed record Outcome(List<Piece> Done, List<Piece> Busy, List<Piece> Alone);
}
