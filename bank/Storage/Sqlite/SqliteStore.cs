using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;
using SlurmBanking.Bank.Messages;
using SlurmBanking.Bank.Storage.Sql;

namespace SlurmBanking.Bank.Storage.Sqlite;

/// <summary>
/// The books in one SQLite file. One thread writes and puts all that waits into one durable commit; any thread reads.
/// Other processes (the command line) may write the same file between commits.
/// </summary>
public sealed class SqliteStore : IBankStore
{
    // Of the library, before its first connection: none is used by two threads at once, and nobody asks how much memory it has. Where
    // somebody was first it stays as it is.
    static SqliteStore()
    {
        SQLitePCL.Batteries_V2.Init();
        _ = SQLitePCL.raw.sqlite3_config(SQLitePCL.raw.SQLITE_CONFIG_MULTITHREAD);
        _ = SQLitePCL.raw.sqlite3_config(SQLitePCL.raw.SQLITE_CONFIG_MEMSTATUS, 0);
    }

    private readonly string _path;
    private readonly ConcurrentBag<SqliteSession> _idleReaders = [];
    private readonly SqliteWriter _writer;

    /// <summary>Opens a database and brings its layout forward.</summary>
    /// <param name="path">The file.</param>
    /// <param name="mayCreate">Whether to create it when it does not exist.</param>
    /// <exception cref="BankStoreException">It does not exist, is not a database, or is newer than this build.</exception>
    public SqliteStore(string path, bool mayCreate)
    {
        _path = path;
        if (!mayCreate && !File.Exists(path))
        {
            throw new BankStoreException(DatabaseTroubles.NoFile(path));
        }

        try
        {
            var session = new SqliteSession(path, SqliteOpenMode.ReadWriteCreate);
            try
            {
                SqliteMigrations.Apply(session.Connection);
                session.KeepMore();
                _writer = new SqliteWriter(session);
            }
            catch
            {
                session.Dispose();
                throw;
            }
        }
        catch (SqliteException exception)
        {
            throw new BankStoreException(DatabaseTroubles.NotOpened(path, exception.Message), exception);
        }
    }

    /// <inheritdoc/>
    public string Place => _path;

    /// <inheritdoc/>
    public Task<T> Write<T>(Func<IBooks, T> work, Foreseen? foreseen = null) => _writer.Enqueue(work);

    /// <inheritdoc/>
    public Task<T> Read<T>(Func<IBooksReader, T> work) => OnThisThread(() => Look(work));

    /// <inheritdoc/>
    public Task<StoredToken?> FindToken(byte[] hash) =>
        // One question needs no transaction around it.
        OnThisThread(() => Using(session => new SqlBooksReader(session).FindToken(hash)));

    /// <summary>Ends after what was enqueued is written.</summary>
    public void Dispose()
    {
        _writer.Dispose();
        while (_idleReaders.TryTake(out var session))
        {
            session.Dispose();
        }
    }

    // What is read is in a file, most of it in memory.
    private static Task<T> OnThisThread<T>(Func<T> piece)
    {
        try
        {
            return Task.FromResult(piece());
        }
        catch (Exception exception)
        {
            return Task.FromException<T>(exception);
        }
    }

    private T Look<T>(Func<IBooksReader, T> work) =>
        Using(session =>
        {
            session.Run("BEGIN");
            try
            {
                return work(new SqlBooksReader(session));
            }
            finally
            {
                session.Run("ROLLBACK");
            }
        });

    private T Using<T>(Func<SqliteSession, T> piece)
    {
        try
        {
            if (!_idleReaders.TryTake(out var session))
            {
                session = new SqliteSession(_path, SqliteOpenMode.ReadWrite);
            }

            try
            {
                return piece(session);
            }
            finally
            {
                _idleReaders.Add(session);
            }
        }
        catch (SqliteException exception)
        {
            throw new BankStoreException(DatabaseTroubles.NotRead(_path, exception.Message), exception);
        }
    }
}
