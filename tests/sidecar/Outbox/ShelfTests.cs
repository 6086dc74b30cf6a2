using SlurmBanking.Sidecar.Lifecycle;
using SlurmBanking.Sidecar.Outbox;

namespace SlurmBanking.Sidecar.Tests.Outbox;

public sealed class ShelfTests
{
    [Fact]
    public void The_oldest_go_first_once_they_are_on_disk_and_beyond_a_number()
    {
        var (written, writing) = (new TaskCompletionSource(), new TaskCompletionSource());
        written.SetResult();
        var runs = Enumerable.Range(1, 4).Select(static job => Ended((uint)job)).ToList();
        var shelf = new Shelf(places: 1);
        shelf.Add(runs[0], written.Task);
        Assert.False(shelf.TryTake(out _));
        shelf.Add(runs[1], writing.Task);
        shelf.Add(runs[2], written.Task);
        shelf.Add(runs[3], written.Task);
        Assert.True(shelf.TryTake(out var first) && ReferenceEquals(runs[0], first));
        Assert.False(shelf.TryTake(out _));
        writing.SetResult();
        Assert.True(shelf.TryTake(out var second) && ReferenceEquals(runs[1], second));
        Assert.True(shelf.TryTake(out _));
        Assert.False(shelf.TryTake(out _));
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

    private static Run Ended(uint job)
    {
        var life = new JobLife(new Book(), Given.Noon);
        return Assert.Single(life.Ended(Given.Ended(job, mark: 1), doubtful: false, Given.Settings()).Runs);
    }
}
