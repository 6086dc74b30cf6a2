using System.Runtime.CompilerServices;
using SlurmBanking.Sidecar.Lifecycle;
using SlurmBanking.Sidecar.Outbox;
using SlurmBanking.Terms;

namespace SlurmBanking.Sidecar.Tests.Outbox;

public sealed class ShelfTests
{
    [Fact]
    public void Those_without_a_place_go_once_they_are_on_disk_and_in_order()
    {
        var (written, writing) = (new TaskCompletionSource(), new TaskCompletionSource());
        written.SetResult();
        var runs = Enumerable.Range(1, 4).Select(static job => Ended((uint)job)).ToList();
        var shelf = new Shelf(places: 1);
        shelf.Add(runs[0], written.Task, Given.Noon);
        Assert.False(shelf.TryTake(Given.Noon, out _));
        shelf.Add(runs[1], writing.Task, Given.Noon);
        shelf.Add(runs[2], written.Task, Given.Noon);
        Assert.False(shelf.TryTake(Given.Noon, out _));
        writing.SetResult();
        Assert.True(shelf.TryTake(Given.Noon, out var first) && ReferenceEquals(runs[1], first));
        Assert.True(shelf.TryTake(Given.Noon, out var second) && ReferenceEquals(runs[2], second));
        Assert.False(shelf.TryTake(Given.Noon, out _));
    }

    [Fact]
    public void Those_with_a_place_stay_for_300_s_and_until_they_are_on_disk()
    {
        var writing = new TaskCompletionSource();
        var (run, next) = (Ended(1), Ended(2));
        var shelf = new Shelf(places: 1);
        shelf.Add(run, writing.Task, Given.Noon);
        Assert.False(shelf.TryTake(Given.Noon.AddSeconds(300), out _));
        writing.SetResult();
        Assert.False(shelf.TryTake(Given.Noon.AddSeconds(299), out _));
        Assert.True(shelf.TryTake(Given.Noon.AddSeconds(300), out var taken) && ReferenceEquals(run, taken));

        // Its place is free.
        shelf.Add(next, Task.CompletedTask, Given.Noon.AddSeconds(300));
        Assert.False(shelf.TryTake(Given.Noon.AddSeconds(301), out _));
    }

    [Fact]
    public void What_stays_is_the_run_alone()
    {
        var shelf = new Shelf();
        var written = Added(shelf);
        Assert.False(shelf.TryTake(Given.Noon, out _));
        GC.Collect();
        Assert.False(written.IsAlive);

        // Somewhere else, so that nothing here keeps the task.
        [MethodImpl(MethodImplOptions.NoInlining)]
        static WeakReference Added(Shelf shelf)
        {
            var written = new TaskCompletionSource();
            shelf.Add(Ended(1), written.Task, Given.Noon);
            written.SetResult();
            return new WeakReference(written.Task);
        }
    }

    [Fact]
    public void A_run_that_has_changed_since_is_not_freed()
    {
        var life = new JobLife(new Book(), Given.Noon);
        var settling = Assert.Single(life.Ended(Given.Ended(7, mark: 1), doubtful: false, Given.Settings()).Runs);
        life.Delivered(settling.Key, DeliveryKind.Settle, parked: false, Given.Noon);
        life.Book.Shelve(settling);
        Assert.Equal(RunState.Settled, Assert.Single(life.Book.Runs).State);
        life.Book.Shelve(life.Book.Runs.Single());
        Assert.Empty(life.Book.Runs);
    }

    [Fact]
    public void What_the_archive_told_is_remembered_until_the_run_changes()
    {
        var archive = new Archive();
        var life = new JobLife(new Book(archive), Given.Noon);
        var settling = Assert.Single(life.Ended(Given.Ended(7, mark: 1), doubtful: false, Given.Settings()).Runs);
        archive.Shelve(life.Book, settling);
        Assert.Same(settling, life.Book.Find(settling.Key));
        Assert.Same(settling, life.Book.Find(settling.Key));
        Assert.Equal(1, archive.Asked);
        life.Delivered(settling.Key, DeliveryKind.Settle, parked: false, Given.Noon);
        var settled = Assert.Single(life.Book.Runs);
        archive.Shelve(life.Book, settled);
        Assert.Empty(life.Book.Runs);
        Assert.Same(settled, life.Book.Find(settling.Key));

        // 64 jobs on, in the same place.
        Assert.Null(life.Book.Find(settling.Key with { JobId = 7 + 64 }));
        Assert.Same(settled, life.Book.Find(settling.Key));
    }

    private sealed class Archive : IRunArchive
    {
        private readonly Dictionary<RunKey, Run> _runs = [];

        public int Asked { get; private set; }

        public void Shelve(Book book, Run run)
        {
            _runs[run.Key] = run;
            book.Shelve(run);
        }

        public Run? Find(RunKey key)
        {
            Asked++;
            return _runs.GetValueOrDefault(key);
        }

        public IReadOnlyList<Run> Of(HoldId hold, uint jobId) =>
            [.. _runs.Values.Where(run => (run.Key.Hold, run.Key.JobId) == (hold, jobId))];
    }

    private static Run Ended(uint job)
    {
        var life = new JobLife(new Book(), Given.Noon);
        return Assert.Single(life.Ended(Given.Ended(job, mark: 1), doubtful: false, Given.Settings()).Runs);
    }
}
