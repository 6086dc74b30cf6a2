using System.Data;
using System.Runtime.ExceptionServices;
using Npgsql;
using SlurmBanking.Bank.Messages;
using SlurmBanking.Bank.Storage.Sql;

namespace SlurmBanking.Bank.Storage.Postgres;

/// <summary>The books in a PostgreSQL database, for any number of processes at once: one transaction for each piece of work.</summary>
public sealed class PostgresStore : IBankStore
{
    private const int MaxAttempts = 8;

    // Those who write know the rows that they want. A plan made when a table was small would read it from end to end ever after.
    private const string ByIndex =
        ", set_config('enable_seqscan', 'off', false), set_config('enable_hashjoin', 'off', false)"
        + ", set_config('enable_mergejoin', 'off', false), set_config('jit', 'off', false)";

    // How long a request waits for its turn before it is told to come again.
    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(10);

    // Half of the connections each: those who only read never wait for those who wait for a busy project.
    private readonly SemaphoreSlim _writers;
    private readonly SemaphoreSlim _readers;
    private readonly NpgsqlDataSource _source;
    private readonly NpgsqlDataSource _writerSource;
    private readonly PostgresWriter? _writer;
    private readonly PostgresTokens _tokens;

    /// <summary>Opens a database and brings its layout forward.</summary>
    /// <param name="address">Where it is, in Npgsql's form or libpq's.</param>
    /// <param name="mayBegin">Whether to begin books where there are none.</param>
    /// <exception cref="BankStoreException">It can't be reached, holds no books, or is newer than this build.</exception>
    public PostgresStore(string address, bool mayBegin)
    {
        var settings = PostgresAddress.Read(address);
        var database = settings.Database ?? settings.Username;
        Place = string.IsNullOrEmpty(database)
            ? DatabaseTroubles.Server(settings.Host!)
            : DatabaseTroubles.ServerAndDatabase(settings.Host!, database);
        var most = settings.MaxPoolSize;
        settings.MaxPoolSize = Math.Max(1, most / 2);
        settings.MinPoolSize = Math.Min(settings.MinPoolSize, settings.MaxPoolSize);
        _source = Source(settings, "");
        _writerSource = Source(settings, ByIndex);
        // The thread that writes has one of the connections.
        (_writers, _readers) = (new SemaphoreSlim(Math.Max(1, settings.MaxPoolSize - 1)), new SemaphoreSlim(settings.MaxPoolSize));
        _tokens = new PostgresTokens(piece => InTurn(_readers, () => Attempt(() => Ask(piece))));

        // Work waits for the server on threads of the thread pool, which would else be slow to start more than there are processors.
        ThreadPool.GetMinThreads(out var threads, out var ports);
        ThreadPool.SetMinThreads(threads + most, ports);
        try
        {
            Attempt(() =>
            {
                using var connection = _source.OpenConnection();
                PostgresMigrations.Apply(connection, mayBegin);
                return true;
            });
            _writer = new PostgresWriter(_writerSource, MaxWait, InTurn, DoAlone, Failed);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public string Place { get; }

    /// <inheritdoc/>
    public Task<T> Write<T>(Func<IBooks, T> work, Foreseen? foreseen = null) =>
        foreseen is null ? InTurn(_writers, () => Attempt(() => Commit(work))) : _writer!.Enqueue(work, foreseen);

    /// <inheritdoc/>
    public Task<T> Read<T>(Func<IBooksReader, T> work) => InTurn(_readers, () => Attempt(() => Look(work)));

    /// <inheritdoc/>
    public Task<StoredToken?> FindToken(byte[] hash) => _tokens.Find(hash);

    /// <inheritdoc/>
    public void Dispose()
    {
        _writer?.Dispose();
        _writerSource.Dispose();
        _source.Dispose();
        _writers.Dispose();
        _readers.Dispose();
    }

    private async Task<T> InTurn<T>(SemaphoreSlim turns, Func<T> piece)
    {
        if (!await turns.WaitAsync(MaxWait))
        {
            throw new BankStoreException(DatabaseTroubles.Busy(Place, MaxWait.TotalSeconds));
        }

        try
        {
            return await Task.Run(piece);
        }
        finally
        {
            turns.Release();
        }
    }

    private Task<bool> InTurn(Action piece) =>
        InTurn(
            _writers,
            () =>
            {
                piece();
                return true;
            }
        );

    private void DoAlone(Piece piece)
    {
        Attempt(() =>
            Commit(books =>
            {
                if (!piece.TryDo(books))
                {
                    // Rolls back.
                    ExceptionDispatchInfo.Throw(piece.Failure!);
                }

                return true;
            })
        );
        piece.Answer();
    }

    // One question, or several that need not be of one moment.
    private T Ask<T>(Func<IBooksReader, T> work)
    {
        using var connection = _source.OpenConnection();
        return work(new SqlBooksReader(new PostgresSession(connection)));
    }

    private T Look<T>(Func<IBooksReader, T> work)
    {
        using var connection = _source.OpenConnection();
        // One snapshot for all that is asked.
        using var transaction = connection.BeginTransaction(IsolationLevel.RepeatableRead);
        return work(new SqlBooksReader(new PostgresSession(connection, transaction)));
    }

    private T Commit<T>(Func<IBooks, T> work)
    {
        using var connection = _writerSource.OpenConnection();
        using var transaction = connection.BeginTransaction(IsolationLevel.ReadCommitted);
        var session = new PostgresSession(connection, transaction);
        var answer = work(new PostgresBooks(session));
        session.Flush();
        try
        {
            transaction.Commit();
        }
        catch (NpgsqlException exception)
        {
            // To do it again might do it twice.
            throw new BankStoreException(DatabaseTroubles.InDoubt(Failed(exception).Message), exception);
        }

        return answer;
    }

    private T Attempt<T>(Func<T> piece)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return piece();
            }
            catch (NpgsqlException exception) when (IsWorthAnother(exception, attempt))
            {
                // Nothing of it stays, and the next attempt finds what it met.
            }
            catch (NpgsqlException exception) when (!IsTheWorksFault(exception))
            {
                throw Failed(exception);
            }
        }
    }

    private BankStoreException Failed(NpgsqlException exception) => new(DatabaseTroubles.Failed(Place, Said(exception)), exception);

    private static bool IsWorthAnother(NpgsqlException exception, int attempt) =>
        exception switch
        {
            // Somebody else has just used the same key: now it can be seen.
            PostgresException { SqlState: PostgresErrorCodes.UniqueViolation } => attempt < MaxAttempts,
            PostgresException { SqlState: PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure } => attempt
                < MaxAttempts,
            // Connections of the pool that the server has closed since they were last used.
            PostgresException { SqlState: PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown } => attempt == 1,
            PostgresException => false,
            { InnerException: IOException } => attempt == 1,
            _ => false,
        };

    // The first line: what the server adds is where in the statement it was, and may be what was in it.
    private static string Said(NpgsqlException exception) =>
        exception is PostgresException postgres ? DatabaseTroubles.Said(postgres.SqlState, postgres.MessageText) : exception.Message;

    // Classes 22 and 23 of SQL's states: data that can't be, constraints that are violated.
    private static bool IsTheWorksFault(NpgsqlException exception) => exception is PostgresException { SqlState: ['2', '2' or '3', ..] };

    private static NpgsqlDataSource Source(NpgsqlConnectionStringBuilder settings, string more)
    {
        var builder = new NpgsqlSlimDataSourceBuilder(settings.ConnectionString);
        builder.EnableTransportSecurity();
        builder.EnableArrays();
        builder.UsePhysicalConnectionInitializer(
            connection => PrepareSession(connection, more),
            connection => Task.Run(() => PrepareSession(connection, more))
        );
        return builder.Build();
    }

    private static void PrepareSession(NpgsqlConnection connection, string more)
    {
        // No reply before its commit is durable, whatever is the default of the server or the role; more than that may be asked.
        // A bank that stops in the midst of its work holds a project no longer than this, and nobody waits longer for one.
#pragma warning disable CA2100 // a constant
        using var command = new NpgsqlCommand(
            $"""
            SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') NOT IN ('on', 'remote_apply');
            SELECT set_config('idle_in_transaction_session_timeout', '15s', false), set_config('lock_timeout', '10s', false){more}
            """,
            connection
        );
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }
}
