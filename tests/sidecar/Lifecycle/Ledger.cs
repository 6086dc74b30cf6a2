using SlurmBanking.Sidecar.ClusterView;
using SlurmBanking.Sidecar.Lifecycle;
using SlurmBanking.Sidecar.Pricing;
using SlurmBanking.Terms;

namespace SlurmBanking.Sidecar.Tests.Lifecycle;

/// <summary>Feeds facts to a JobLife, keeps what a journal would, and plays the bank that confirms.</summary>
internal sealed class Ledger
{
    private readonly Dictionary<HoldId, Hold> _journaledHolds = [];
    private readonly Queue<Delivery> _outbox = new();

    public JobLife Life { get; } = new(new Book(), Given.Noon.AddDays(-1));

    public Book Book => Life.Book;

    /// <summary>When the bank confirms.</summary>
    public DateTimeOffset Now { get; init; } = Given.Noon;

    public List<Delivery> Sent { get; } = [];

    public Changes Last { get; private set; } = new();

    public void Take(Changes changes)
    {
        Last = changes;
        Sent.AddRange(changes.Deliveries);
        changes.Deliveries.ForEach(_outbox.Enqueue);
        foreach (var hold in changes.Holds)
        {
            _journaledHolds[hold.Id] = hold;
        }

        foreach (var hold in changes.Released)
        {
            _journaledHolds.Remove(hold.Id);
        }
    }

    public void Hold(Hold hold) => Hold(hold, Given.Request());

    public void Hold(Hold hold, JobRequest request)
    {
        Life.Held(hold, request);
        Take(hold);
    }

    public void Raise(Hold difference, Consequence consequence)
    {
        Life.Raised(difference, consequence);
        Take(difference);
    }

    public void End(RunFacts facts) => Take(Life.Ended(facts, doubtful: false, Given.Settings()));

    public void List(QueueListing listing) => Take(Life.Listed(listing, Given.Cluster, Given.Settings()));

    public bool ConfirmOne(bool parked = false)
    {
        if (!_outbox.TryDequeue(out var delivery))
        {
            return false;
        }

        if (Life.Delivered(delivery.Run, delivery.Kind, parked, Now) is { } outcome)
        {
            Take(outcome.Changes);
        }

        return true;
    }

    public void ConfirmAll()
    {
        while (ConfirmOne()) { }
    }

    /// <summary>The tallies and the journal say what holds and runs, added up afresh, say.</summary>
    public void Audit()
    {
        var held = Book.Holds.ToList();
        Assert.Equal(held.OrderBy(static hold => hold.Id.Value), _journaledHolds.Values.OrderBy(static hold => hold.Id.Value));
        Assert.Equal(held.Sum(static hold => hold.Amount.Hundredths), Book.Held.Hundredths);
        Assert.Equal(held.Count(static hold => hold.JobId is null), Book.Unbound);
        Assert.Equal(
            held.Where(static hold => hold.JobId is null).Select(static hold => hold.Uid).Distinct().Order(),
            Book.UnboundUsers.Order()
        );
        var open = held.Select(static hold => (hold.Account, hold.Uid, hold.Amount))
            .Concat(Book.Runs.Select(static run => (run.Account, run.Uid, run.Outstanding)))
            .Where(static item => item.Item3 != ServiceUnits.Zero)
            .ToList();
        foreach (var account in open.GroupBy(static item => item.Account))
        {
            Assert.Equal(new Tally(Sum(account.Select(static item => item.Item3)), account.Count()), Book.Of(account.Key));
        }

        foreach (var user in open.GroupBy(static item => (item.Account, item.Uid)))
        {
            Assert.Equal(new Tally(Sum(user.Select(static item => item.Item3)), user.Count()), Book.Of(user.Key.Account, user.Key.Uid));
        }

        if (open.Count == 0)
        {
            Assert.Equal(default, Book.Of(Given.Account));
        }
    }

    private static ServiceUnits Sum(IEnumerable<ServiceUnits> amounts) => amounts.Aggregate(ServiceUnits.Zero, static (a, b) => a + b);

    // As the journal is handed it.
    private void Take(Hold hold)
    {
        var changes = new Changes();
        changes.Put(hold);
        Take(changes);
    }
}
