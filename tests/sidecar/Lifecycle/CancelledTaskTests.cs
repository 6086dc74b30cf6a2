using SlurmBanking.Sidecar.Lifecycle;
using SlurmBanking.Sidecar.Pricing;

namespace SlurmBanking.Sidecar.Tests.Lifecycle;

/// <summary>Tasks of an array that are cancelled while they wait, as reports and listings tell it, in either order.</summary>
public sealed class CancelledTaskTests
{
    private readonly Ledger _ledger = new();

    private Book Book => _ledger.Book;

    [Fact]
    public void Some_cancelled_tasks_of_an_array_wait_for_the_listing()
    {
        _ledger.Hold(Given.Hold(1, 6m, tasks: 5));
        _ledger.End(Given.Ended(10, mark: 1) with { ArrayJobId = 10, State = "CANCELLED", Tres = TresCounts.None, Nodes = "" });
        Assert.Equal(5, Assert.Single(Book.Holds).Tasks);
        _ledger.List(Given.Listing(9, Given.Job(10, "PENDING", mark: 1) with { ArrayJobId = 10, Tasks = 2 }));
        Assert.Equal(2, Assert.Single(Book.Holds).Tasks);
    }

    [Fact]
    public void A_late_report_of_a_cancelled_task_lets_no_other_task_go()
    {
        _ledger.Hold(Given.Hold(1, 6m, tasks: 2));

        // One of two was cancelled; the listing has counted it out before jobcomp's report comes, or comes again from the spool.
        _ledger.List(Given.Listing(9, Given.Job(10, "PENDING", mark: 1) with { ArrayJobId = 10, Tasks = 1 }));
        _ledger.End(Given.Ended(11, mark: 1) with { ArrayJobId = 10, State = "CANCELLED", Tres = TresCounts.None, Nodes = "" });
        Assert.Equal(Given.Su(6), Assert.Single(Book.Holds).Amount);
        _ledger.List(Given.Listing(12, Given.Job(10, "CANCELLED", mark: 1) with { ArrayJobId = 10, Nodes = "", Tres = TresCounts.None }));
        Assert.Empty(Book.Holds);
    }
}
