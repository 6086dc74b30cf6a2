using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using SlurmBanking.BankApi;
using SlurmBanking.Sidecar.Lifecycle;
using SlurmBanking.Sidecar.Outbox;

namespace SlurmBanking.Sidecar.Tests.Outbox;

/// <summary>The state database when it is damaged, full or another's.</summary>
public sealed class StateDatabaseTests : IDisposable
{
    private readonly TemporaryState _state = new();

    public void Dispose() => _state.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(4096)]
    public async Task A_damaged_database_is_set_aside_and_never_silently_emptied(int from)
    {
        await FillAsync(300);
        using (var file = new FileStream(_state.Paths.DatabaseFile, FileMode.Open))
        {
            file.Position = from;
            file.Write(new byte[(int)(file.Length - from)]);
        }

        using var running = Open();
        Assert.StartsWith(_state.Paths.DatabaseFile + ".damaged-", running.SetAside!, StringComparison.Ordinal);
        Assert.True(File.Exists(running.SetAside));
        Assert.Equal(1, StateSalvage.Count(_state.Paths.DatabaseFile));
        await running.Journal.Write(static writer => writer.Note("test", "works"));
    }

    [Fact]
    public async Task What_can_be_read_around_the_damage_is_kept()
    {
        await FillAsync(300);
        using (var file = new FileStream(_state.Paths.DatabaseFile, FileMode.Open))
        {
            file.Position = file.Length / 2 / 4096 * 4096;
            file.Write(new byte[4096]);
        }

        using var running = Open();
        Assert.NotNull(running.SetAside);
        Assert.InRange(running.Journal.Count().Pending, 200, 299);
        Assert.InRange(running.Journal.ReadDue(1000).Count, 200, 299);
    }

    [Fact]
    public async Task A_record_that_can_not_be_read_is_parked_and_holds_up_nobody()
    {
        await FillAsync(2);
        using (var connection = new SqliteConnection($"Data Source={_state.Paths.DatabaseFile};Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "UPDATE delivery SET body = '{' WHERE seq = 1";
            command.ExecuteNonQuery();
        }

        using var running = Open();
        Assert.Equal("2", Assert.Single(running.Journal.ReadDue(10)).Delivery.Job.JobSlurmId);
        await running.Journal.WrittenAsync();
        var letter = Assert.Single(running.Journal.ReadDeadLetters(0, 10));
        Assert.Equal((1L, (Job?)null), (letter.Seq, letter.Record));
    }

    [Fact]
    public async Task Parked_records_are_listed_and_retried()
    {
        await FillAsync(3);
        using var running = Open();
        var journal = running.Journal;
        await journal.Write(static writer =>
        {
            writer.Park(1, Given.Noon, "status 400: no such user");
            writer.Park(3, Given.Noon, "status 400: too long");
        });
        Assert.Equal([(1L, "1"), (3L, "3")], journal.ReadDeadLetters(0, 10).Select(static letter => (letter.Seq, letter.BankId)));
        var letter = Assert.Single(journal.ReadDeadLetters(1, 10));
        Assert.Equal(("status 400: too long", Given.Noon, "3"), (letter.Problem, letter.Parked, letter.Record!.JobSlurmId));
        Assert.Equal(1, await journal.RetryAsync([3, 2, 99]));
        Assert.Equal(new OutboxCounts(2, 1), journal.Count());
    }

    [Fact]
    public async Task At_its_limit_ends_of_jobs_are_still_taken_and_room_comes_back()
    {
        var paths = _state.Paths with { StateLimitBytes = 300_000 };
        using var running = new RunningJournal(paths, TimeProvider.System);
        var journal = running.Journal;
        Assert.Equal(JournalRoom.Ample, journal.Room);
        var seq = 0;
        while (journal.Room == JournalRoom.Ample)
        {
            var record = Records(++seq, seq);
            await journal.Write(writer => writer.Apply(record));
            Assert.InRange(seq, 1, 2000);
        }

        // What made it full was written all the same, and more is: from the reserve.
        await journal.Write(writer => writer.Apply(Records(seq + 1, seq + 1)));
        Assert.Equal((JournalRoom.FactsOnly, (long)seq + 1), (journal.Room, journal.Count().Pending));
        await journal.Write(writer =>
        {
            for (var delivered = 1; delivered <= seq; delivered++)
            {
                writer.Delivered(delivered, Given.Noon);
            }

            writer.Prune(Given.Noon.AddDays(1), int.MaxValue);
        });
        await Task.Delay(TimeSpan.FromSeconds(1.2), TestContext.Current.CancellationToken);
        await journal.Write(static _ => { });
        await journal.Write(static _ => { });
        Assert.Equal((JournalRoom.Ample, ""), (journal.Room, journal.Problem));
    }

    [Fact]
    public void What_is_committed_is_not_written_again_because_the_disk_fails_right_after()
    {
        using var database = new StateDatabase(_state.Paths, Given.Noon, NullLogger.Instance);

        // No reserve can be had, so that each commit is followed by a look for room.
        var reserve = new Reserve(_state.In("absent/reserve"));
        var journal = new Journal(database, reserve, TimeProvider.System, NullLogger<Journal>.Instance);
        var (written, committed, damaged) = (0, 0, 0);
        journal.Damaged += () => damaged++;
        journal.WriteSoon(
            _ => written++,
            () =>
            {
                committed++;
                foreach (var file in new[] { _state.Paths.DatabaseFile, _state.Paths.DatabaseFile + "-wal" })
                {
                    File.WriteAllBytes(file, new byte[100_000]);
                }
            }
        );

        Assert.True(journal.Commit(flush: true));
        Assert.Equal((1, false), (damaged, journal.HasWork));
        journal.Commit(flush: true);
        Assert.Equal((1, 1), (written, committed));
    }

    [Fact]
    public async Task A_database_of_a_newer_sidecar_is_left_alone()
    {
        await FillAsync(1);
        using (var connection = new SqliteConnection($"Data Source={_state.Paths.DatabaseFile};Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA user_version = 1000";
            command.ExecuteNonQuery();
        }

        Assert.Contains("version 1000", Assert.Throws<IOException>(Open).Message, StringComparison.Ordinal);
    }

    private static Changes Records(int from, int to)
    {
        var changes = new Changes();
        for (var id = from; id <= to; id++)
        {
            var job = new Job
            {
                JobSlurmId = $"{id}",
                UserId = "1000",
                AccountId = Given.Account,
                JobStatus = new string('x', 50),
            };
            changes.Deliveries.Add(new Delivery(new RunKey(Given.Id(1), (uint)id, 0), Given.Account, DeliveryKind.Settle, job));
        }

        return changes;
    }

    private async Task FillAsync(int count)
    {
        using var running = Open();
        await running.Journal.Write(writer => writer.Apply(Records(1, count)));
    }

    private RunningJournal Open() => new(_state.Paths, TimeProvider.System);
}
