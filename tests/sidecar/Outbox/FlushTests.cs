using Microsoft.Extensions.Logging.Abstractions;
using SlurmBanking.Sidecar.Outbox;

namespace SlurmBanking.Sidecar.Tests.Outbox;

/// <summary>How commits get to the disk beside the commits that follow.</summary>
public sealed class FlushTests : IDisposable
{
    private const long Mebibyte = 1 << 20;

    private readonly TemporaryState _state = new();

    public void Dispose() => _state.Dispose();

    [Fact]
    public async Task The_log_stays_within_bounds_while_commits_go_on()
    {
        // An eighth of the limit may be in the log, but no less than 4 MiB.
        using var database = new StateDatabase(_state.Paths with { StateLimitBytes = 64 * Mebibyte }, Given.Noon, NullLogger.Instance);
        var over = false;
        var flushing = Task.Run(
            () =>
            {
                while (!Volatile.Read(ref over))
                {
                    database.Flush();
                }
            },
            TestContext.Current.CancellationToken
        );
        var most = 0L;
        var text = new string('x', 4000);
        for (var i = 0; i < 8000; i++)
        {
            var name = $"note {i % 500}";
            database.Commit(writer => writer.Note(name, text), flush: false, Given.Noon);
            most = Math.Max(most, new FileInfo(_state.Paths.DatabaseFile + "-wal").Length);
        }

        Volatile.Write(ref over, true);
        await flushing;

        // At least two pages of 4 KiB each: 64 MB that went through it.
        Assert.InRange(most, 4 * Mebibyte, 24 * Mebibyte);
    }

    [Fact]
    public void A_long_log_is_copied_and_begun_anew()
    {
        using var database = new StateDatabase(_state.Paths with { StateLimitBytes = 64 * Mebibyte }, Given.Noon, NullLogger.Instance);
        var text = new string('x', 4000);
        long Grow(int commits)
        {
            for (var i = 0; i < commits; i++)
            {
                var name = $"note {i % 500}";
                database.Commit(writer => writer.Note(name, text), flush: false, Given.Noon);
            }

            return new FileInfo(_state.Paths.DatabaseFile + "-wal").Length;
        }

        // SQLite itself would begin it anew at 16 MiB.
        var most = Grow(600);
        Assert.InRange(most, 4 * Mebibyte, 15 * Mebibyte);
        database.Flush();
        Assert.Equal(most, Grow(50));
    }

    [Fact]
    public async Task Where_the_log_can_not_be_flushed_beside_them_commits_do_it_themselves()
    {
        using var database = new StateDatabase(_state.Paths, Given.Noon, NullLogger.Instance);
        var journal = new Journal(database, new Reserve(_state.Paths.ReserveFile), TimeProvider.System, NullLogger<Journal>.Instance);

        // SQLite goes on with the file that it has open; whoever looks for it by its name finds none.
        File.Delete(_state.Paths.DatabaseFile + "-wal");
        Assert.False(journal.Flush());
        using (new JournalThread(journal))
        {
            await journal.Write(static writer => writer.Note("test", "works"));
            var deadline = TimeProvider.System.GetTimestamp();
            while (database.ReadNote("flushed") is null)
            {
                Assert.True(TimeProvider.System.GetElapsedTime(deadline) < TimeSpan.FromSeconds(10), "no commit was flushed");
                await Task.Delay(20, TestContext.Current.CancellationToken);
            }
        }

        Assert.Equal(("works", JournalRoom.Ample), (database.ReadNote("test"), journal.Room));
    }
}
