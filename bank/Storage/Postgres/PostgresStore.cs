using System.Data;
using Npgsql;
using SlurmBanking.Bank.Storage.Sql;

namespace SlurmBanking.Bank.Storage.Postgres;

/// <summary>The books in a PostgreSQL database, for any number of processes at once: one transaction for each piece of work.</summary>
public sealed class PostgresStore : IBankStore
{
    private const int MaxAttempts = 8;

    // How long a request waits for its turn before it is told to come again.
    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(10);

    // Half of the connections each: those who only read never wait for those who wait for a busy project.
    private readonly SemaphoreSlim _writers;
    private readonly SemaphoreSlim _readers;
    private readonly NpgsqlDataSource _source;

    /// <summary>Opens a database and brings its layout forward.</summary>
    /// <param name="address">Where it is, in Npgsql's form or libpq's.</param>
    /// <param name="mayBegin">Whether to begin books where there are none.</param>
    /// <exception cref="BankStoreException">It can't be reached, holds no books, or is newer than this build.</exception>
    public PostgresStore(string address, bool mayBegin)
    {
        var settings = PostgresAddress.Read(address);
        var database = settings.Database ?? settings.Username;
        Place = $"PostgreSQL at {settings.Host}" + (string.IsNullOrEmpty(database) ? "" : $", {database}");
        var builder = new NpgsqlSlimDataSourceBuilder(settings.ConnectionString);
        builder.EnableTransportSecurity();
        builder.UsePhysicalConnectionInitializer(PrepareSession, static connection => Task.Run(() => PrepareSession(connection)));
        _source = builder.Build();
        var half = Math.Max(1, settings.MaxPoolSize / 2);
        (_writers, _readers) = (new SemaphoreSlim(half), new SemaphoreSlim(half));

        // Work waits for the server on threads of the thread pool, which would else be slow to start more than there are processors.
        ThreadPool.GetMinThreads(out var threads, out var ports);
        ThreadPool.SetMinThreads(threads + settings.MaxPoolSize, ports);
        try
        {
            Attempt(() =>
            {
                using var connection = _source.OpenConnection();
                PostgresMigrations.Apply(connection, mayBegin);
                return true;
            });
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
    public Task<T> Write<T>(Func<IBooks, T> work) => InTurn(_writers, () => Commit(work));

    /// <inheritdoc/>
    public Task<T> Read<T>(Func<IBooksReader, T> work) => InTurn(_readers, () => Look(work));

    /// <inheritdoc/>
    public void Dispose()
    {
        _source.Dispose();
        _writers.Dispose();
        _readers.Dispose();
    }

    private async Task<T> InTurn<T>(SemaphoreSlim turns, Func<T> piece)
    {
        if (!await turns.WaitAsync(MaxWait))
        {
            throw new BankStoreException($"{Place}: too many wait for it");
        }

        try
        {
            return await Task.Run(() => Attempt(piece));
        }
        finally
        {
            turns.Release();
        }
    }

    private T Look<T>(Func<IBooksReader, T> work)
    {
        using var connection = _source.OpenConnection();
        // One snapshot for all that is asked.
        using var transaction = connection.BeginTransaction(IsolationLevel.RepeatableRead);
        return work(new SqlBooksReader(new PostgresSession(transaction)));
    }

    private T Commit<T>(Func<IBooks, T> work)
    {
        using var connection = _source.OpenConnection();
        using var transaction = connection.BeginTransaction(IsolationLevel.ReadCommitted);
        var session = new PostgresSession(transaction);
        var answer = work(new PostgresBooks(session));
        session.Flush();
        try
        {
            transaction.Commit();
        }
        catch (NpgsqlException exception)
        {
            // To do it again might do it twice.
            throw new BankStoreException($"{Place}: {Said(exception)}, at a commit, which may have been made", exception);
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
                throw new BankStoreException($"{Place}: {Said(exception)}", exception);
            }
        }
    }

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
        exception is PostgresException postgres ? $"{postgres.SqlState} {postgres.MessageText}" : exception.Message;

    // Classes 22 and 23 of SQL's states: data that can't be, constraints that are violated.
    private static bool IsTheWorksFault(NpgsqlException exception) => exception is PostgresException { SqlState: ['2', '2' or '3', ..] };

    private static void PrepareSession(NpgsqlConnection connection)
    {
        // No reply before its commit is durable, whatever is the default of the server or the role; more than that may be asked.
        // A bank that stops in the midst of its work holds a project no longer than this, and nobody waits longer for one.
        using var command = new NpgsqlCommand(
            """
            SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') NOT IN ('on', 'remote_apply');
            SELECT set_config('idle_in_transaction_session_timeout', '15s', false), set_config('lock_timeout', '10s', false)
            """,
            connection
        );
        command.ExecuteNonQuery();
    }
}
