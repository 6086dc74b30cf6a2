using System.Threading.Channels;
using Microsoft.Data.Sqlite;
using SlurmBanking.Bank.Storage.Sql;

namespace SlurmBanking.Bank.Storage.Sqlite;

/// <summary>
/// The thread that writes. Each round takes all work that waits, does each piece in a savepoint of its own, commits once, and only
/// then answers: a flush to the disk costs the same for one as for a hundred.
/// </summary>
internal sealed class SqliteWriter : IDisposable
{
    private const int MaxPerCommit = 512;
    private readonly SqliteSession _session;
    private readonly SqlBooks _books;
    private readonly Channel<IPiece> _waiting = Channel.CreateBounded<IPiece>(
        new BoundedChannelOptions(4096) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait }
    );
    private readonly Thread _thread;

    public SqliteWriter(SqliteSession session)
    {
        _session = session;
        _books = new SqlBooks(session);
        _thread = new Thread(Run) { IsBackground = true, Name = "ledger writer" };
        _thread.Start();
    }

    public async Task<T> Enqueue<T>(Func<IBooks, T> work)
    {
        var piece = new Piece<T>(work);
        await _waiting.Writer.WriteAsync(piece);
        return await piece.Result;
    }

    public void Dispose()
    {
        _waiting.Writer.TryComplete();
        _thread.Join();
        _session.Dispose();
    }

    private void Run()
    {
        var round = new List<IPiece>(MaxPerCommit);
        while (_waiting.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            while (round.Count < MaxPerCommit && _waiting.Reader.TryRead(out var piece))
            {
                round.Add(piece);
            }

            Commit(round);
            round.Clear();
        }
    }

    private void Commit(List<IPiece> round)
    {
        try
        {
            _session.Run("BEGIN IMMEDIATE");
            foreach (var piece in round)
            {
                Do(piece);
            }

            _session.Run("COMMIT");
        }
        catch (SqliteException exception)
        {
            RollBack();
            var failure = new BankStoreException($"can't write the database: {exception.Message}", exception);
            foreach (var piece in round)
            {
                piece.Fail(failure);
            }

            return;
        }

        foreach (var piece in round)
        {
            piece.Answer();
        }
    }

    private void Do(IPiece piece)
    {
        _session.Run("SAVEPOINT piece");
        if (!piece.TryDo(_books))
        {
            _session.Run("ROLLBACK TO piece");
        }

        _session.Run("RELEASE piece");
    }

    private void RollBack()
    {
        try
        {
            _session.Run("ROLLBACK");
        }
        catch (SqliteException)
        {
            // SQLite has rolled back by itself (disk full, I/O error), or the transaction never began.
        }
    }

    private interface IPiece
    {
        bool TryDo(IBooks books);

        void Answer();

        void Fail(Exception exception);
    }

    private sealed class Piece<T>(Func<IBooks, T> work) : IPiece
    {
        // Continuations run elsewhere: the writing thread must not serve requests.
        private readonly TaskCompletionSource<T> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private T? _answer;
        private Exception? _exception;

        public Task<T> Result => _result.Task;

        public bool TryDo(IBooks books)
        {
            try
            {
                _answer = work(books);
                return true;
            }
            catch (Exception exception)
            {
                // What one piece does wrong is its own caller's business, not that of the others in the round.
                _exception = exception;
                return false;
            }
        }

        public void Answer()
        {
            if (_exception is null)
            {
                _result.SetResult(_answer!);
            }
            else
            {
                _result.SetException(_exception);
            }
        }

        public void Fail(Exception exception) => _result.SetException(exception);
    }
}
