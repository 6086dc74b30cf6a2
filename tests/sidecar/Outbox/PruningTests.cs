using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using SlurmBanking.BankApi;
using SlurmBanking.Sidecar.Lifecycle;
using SlurmBanking.Sidecar.Outbox;

namespace SlurmBanking.Sidecar.Tests.Outbox;

/// <summary>What was delivered leaves the state database in time, and no commit takes long for it.</summary>
public sealed class PruningTests : IDisposable
{
    // 600 records of some 350 bytes with their indices fill some 210 kB.
    private const int Records = 600;

    private readonly TemporaryState _state = new();
    private readonly FakeTimeProvider _time = new(Given.Noon);

    public void Dispose() => _state.Dispose();

    [Fact]
    public void After_a_week_it_goes_a_few_with_each_commit()
    {
        using var database = new StateDatabase(_state.Paths, Given.Noon, NullLogger.Instance);
        var journal = Deliver(database);
        Assert.Equal(Records, Commit(journal, after: TimeSpan.FromDays(7)));
        Assert.Equal(Records - 250, Commit(journal, after: TimeSpan.FromSeconds(11)));
        Assert.Equal(Records - 500, Commit(journal));
        Assert.Equal(0, Commit(journal));
    }

    [Fact]
    public void Where_room_gets_short_an_hour_is_enough()
    {
        var paths = _state.Paths with { StateLimitBytes = 270_000 };
        using var database = new StateDatabase(paths, Given.Noon, NullLogger.Instance);
        var journal = Deliver(database);
        Assert.InRange(database.UsedShare(), 0.75, 1);
        Assert.Equal(Records, Commit(journal, after: TimeSpan.FromHours(1)));
        Assert.Equal(Records - 250, Commit(journal, after: TimeSpan.FromSeconds(11)));

        // Now there is room again, and the rest may stay for its week.
        Assert.InRange(database.UsedShare(), 0, 0.75);
        Assert.Equal(Records - 250, Commit(journal, after: TimeSpan.FromDays(6)));
        Assert.Equal(JournalRoom.Ample, journal.Room);
    }

    private Journal Deliver(StateDatabase database)
    {
        var journal = new Journal(database, new Reserve(_state.Paths.ReserveFile), _time, NullLogger<Journal>.Instance);
        var changes = new Changes();
        for (var id = 1; id <= Records; id++)
        {
            var job = new Job
            {
                JobSlurmId = $"{id}",
                UserId = "1000",
                AccountId = Given.Account,
                JobStatus = new string('x', 100),
            };
            changes.Deliveries.Add(new Delivery(new RunKey(Given.Id(1), (uint)id, 0), Given.Account, DeliveryKind.Settle, job));
        }

        journal.WriteSoon(
            writer =>
            {
                writer.Apply(changes);
                for (var seq = 1; seq <= Records; seq++)
                {
                    writer.Delivered(seq, Given.Noon);
                }
            },
            static () => { }
        );
        Assert.Equal(Records, Commit(journal));
        return journal;
    }

    /// <returns>How many delivered records are left.</returns>
    private long Commit(Journal journal, TimeSpan after = default)
    {
        _time.Advance(after);
        Assert.True(journal.Commit(flush: false));
        using var connection = new SqliteConnection($"Data Source={_state.Paths.DatabaseFile};Pooling=False;Mode=ReadOnly");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT count(*) FROM delivery WHERE state = 1";
        return (long)command.ExecuteScalar()!;
    }
}
