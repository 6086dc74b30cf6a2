using System.Threading.Channels;
using Microsoft.Data.Sqlite;
using SlurmBanking.Bank.Messages;
using SlurmBanking.Bank.Storage.Sql;

namespace SlurmBanking.Bank.Storage.Sqlite;

/// <summary>
/// The thread that writes. Each round takes all work that waits, does piece after piece, commits once, and only then answers: a flush to
/// the disk costs the same for one as for a hundred. Where a piece fails half done, the round is done again with a savepoint for each.
/// What it knows of the books it asks again only when somebody else has written to the file since.
/// </summary>
internal sealed class SqliteWriter : IDisposable
{
    private const int MaxPerCommit = 512;
    private readonly SqliteSession _session;
    private readonly BooksMemory _memory = new();
    private readonly RememberingBooks _books;
    private readonly Channel<Piece> _waiting = Channel.CreateBounded<Piece>(
        new BoundedChannelOptions(4096) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait }
    );
    private readonly Thread _thread;

    // Changes with each commit of others.
    private long _version;

    public SqliteWriter(SqliteSession session)
    {
        _session = session;
        _books = new RememberingBooks(session, _memory);
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
        var round = new List<Piece>(MaxPerCommit);
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

    private void Commit(List<Piece> round)
    {
        try
        {
            Begin();
            if (!TryDo(round))
            {
                RollBack();
                Begin();
                DoEachApart(round);
            }

            _session.Run("COMMIT");
        }
        catch (SqliteException exception)
        {
            RollBack();
            var problem = DatabaseTroubles.NotWritten(_session.Connection.DataSource, exception.Message);
            var failure = new BankStoreException(problem, exception);
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

    private void Begin()
    {
        _session.Run("BEGIN IMMEDIATE");
        Recall();
    }

    // From here to the commit nobody else writes.
    private void Recall()
    {
        var version = _session.First(static row => row.GetInt64(0), "PRAGMA data_version");
        if (version != _version)
        {
            _memory.Clear();
            _version = version;
        }

        _memory.Bound();
    }

    /// <returns>False when a piece has failed after it had written: it would have to be undone, and the others not.</returns>
    private bool TryDo(List<Piece> round)
    {
        foreach (var piece in round)
        {
            var before = _session.Changes;
            // After a failure of its own (disk full, I/O error) SQLite may have rolled back: what comes then would be committed by itself.
            if (!piece.TryDo(_books) && (_session.Changes != before || piece.Failure is SqliteException))
            {
                return false;
            }
        }

        return true;
    }

    // SQLite then copies each page before the piece that changes it: that is too dear for what hardly ever happens.
    private void DoEachApart(List<Piece> round)
    {
        foreach (var piece in round)
        {
            _session.Run("SAVEPOINT piece");
            if (!piece.TryDo(_books))
            {
                _session.Run("ROLLBACK TO piece");
                _memory.Clear();
            }

            _session.Run("RELEASE piece");
        }
    }

    private void RollBack()
    {
        _memory.Clear();
        try
        {
            _session.Run("ROLLBACK");
        }
        catch (SqliteException)
        {
            // SQLite has rolled back by itself (disk full, I/O error), or the transaction never began.
        }
    }
}
