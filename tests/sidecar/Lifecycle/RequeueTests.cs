using SlurmBanking.Sidecar.ClusterView;
using SlurmBanking.Sidecar.Lifecycle;

namespace SlurmBanking.Sidecar.Tests.Lifecycle;

/// <summary>Jobs that are queued again: each of their runs is billed, and nothing that looks like one.</summary>
public sealed class RequeueTests
{
    private readonly Ledger _ledger = new();

    private Book Book => _ledger.Book;

    [Fact]
    public void Each_run_of_a_requeued_job_is_billed_under_an_id_of_its_own()
    {
        _ledger.Hold(Given.Hold(1, 6m));
        _ledger.List(Given.Listing(90, Given.Job(7, "RUNNING", mark: 1)));
        _ledger.End(Given.Ended(7, mark: 1) with { State = "REQUEUED" });
        _ledger.List(
            Given.Listing(4000, Given.Job(7, "PENDING", mark: 1) with { RestartCount = 1, SubmitTime = Given.Noon.AddMinutes(61) })
        );
        Assert.Equal(Given.Su(6), Assert.Single(Book.Holds).Amount);
        _ledger.List(
            Given.Listing(4100, Given.Job(7, "RUNNING", mark: 1) with { RestartCount = 1, SubmitTime = Given.Noon.AddMinutes(61) })
        );
        _ledger.End(Given.Ended(7, mark: 1, restart: 1));
        Sent("Charge 7 6.00 RUNNING", "Settle 7 3.00 REQUEUED", "Charge 7:1 6.00 RUNNING", "Settle 7:1 3.00 COMPLETED");
        _ledger.Audit();
    }

    [Fact]
    public void A_run_whose_requeue_was_never_reported_is_settled_to_the_moment_of_the_requeue()
    {
        _ledger.List(Given.Listing(90, Given.Job(7, "RUNNING", mark: 1)));
        var requeued = Given.Noon.AddMinutes(31);
        var pending = Given.Job(7, "PENDING", mark: 1) with { RestartCount = 1, SubmitTime = requeued };
        _ledger.List(Given.Listing(1919, pending));
        Sent("Charge 7 6.00 RUNNING");
        _ledger.List(Given.Listing(1920, pending));

        // 4 CPUs x 0:30 x 0.75
        Sent("Charge 7 6.00 RUNNING", "Settle 7 1.50 REQUEUED");
        Assert.Equal((Given.Noon.AddMinutes(1), requeued), (_ledger.Sent[1].Job.StartDate, _ledger.Sent[1].Job.EndDate));
        Assert.Equal(7u, Assert.Single(Book.Holds).JobId);
        _ledger.ConfirmAll();
        _ledger.Audit();
    }

    // As slurmctld 22.05 lists a requeued job while the epilog of its run goes on: with the nodes of that run, and times of the next.
    private static QueueJob CleanedUpAfter(int seconds) =>
        Given.Job(7, "COMPLETING", mark: 1) with
        {
            RestartCount = 1,
            StartTime = Given.Noon.AddSeconds(seconds),
            EndTime = Given.Noon.AddSeconds(seconds).AddHours(2),
            Elapsed = TimeSpan.Zero,
        };

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void While_a_requeued_run_is_cleaned_up_after_the_next_has_not_begun(bool reported)
    {
        _ledger.Hold(Given.Hold(1, 6m));
        _ledger.List(Given.Listing(90, Given.Job(7, "RUNNING", mark: 1)));
        if (reported)
        {
            _ledger.End(Given.Ended(7, mark: 1) with { State = "REQUEUED" });
        }

        // 4 CPUs x 2:00 x 0.75 are held for it as for any job that waits.
        _ledger.List(Given.Listing(3690, CleanedUpAfter(3690)));
        Assert.Equal(Given.Su(6), Assert.Single(Book.Holds).Amount);
        Sent(reported ? ["Charge 7 6.00 RUNNING", "Settle 7 3.00 REQUEUED"] : ["Charge 7 6.00 RUNNING"]);

        // The epilog is over: the job is queued, and the run is known to have ended by then, 1:02 after its start.
        var queued = Given.Job(7, "PENDING", mark: 1) with
        {
            RestartCount = 1,
            SubmitTime = Given.Noon.AddMinutes(63),
        };
        _ledger.List(Given.Listing(4000, queued));
        _ledger.List(Given.Listing(4100, queued with { State = "RUNNING", StartTime = Given.Noon.AddSeconds(4050), Nodes = "n1" }));
        _ledger.End(Given.Ended(7, mark: 1, restart: 1) with { Start = Given.Noon.AddSeconds(4050), End = Given.Noon.AddSeconds(7650) });
        Sent(
            "Charge 7 6.00 RUNNING",
            $"Settle 7 {(reported ? "3.00" : "3.10")} REQUEUED",
            "Charge 7:1 6.00 RUNNING",
            "Settle 7:1 3.00 COMPLETED"
        );
        Assert.Empty(Book.Holds);
        _ledger.Audit();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_job_that_is_cancelled_while_its_requeued_run_is_cleaned_up_after_had_one_run(bool reported)
    {
        _ledger.List(Given.Listing(90, Given.Job(7, "RUNNING", mark: 1)));
        if (reported)
        {
            _ledger.End(Given.Ended(7, mark: 1) with { State = "REQUEUED" });
        }

        _ledger.List(Given.Listing(3690, CleanedUpAfter(3690)));

        // With the times and the nodes of the run that it had.
        _ledger.List(Given.Listing(4000, Given.Job(7, "COMPLETING", mark: 1) with { RestartCount = 1 }));
        _ledger.List(Given.Listing(4100, Given.Job(7, "CANCELLED", mark: 1) with { RestartCount = 1 }));
        Sent("Charge 7 6.00 RUNNING", "Settle 7 3.00 REQUEUED");
        Assert.Empty(Book.Holds);
        _ledger.Audit();
    }

    [Fact]
    public void Which_run_a_cancelled_job_shows_that_nobody_knows_is_waited_for_and_it_is_billed_once()
    {
        var cancelled = Given.Job(7, "CANCELLED", mark: 1) with { RestartCount = 1 };
        _ledger.List(Given.Listing(3719, cancelled));
        Sent();
        _ledger.List(Given.Listing(3720, cancelled));
        Sent("Settle 7:1 3.00 CANCELLED");
        _ledger.End(Given.Ended(7, mark: 1) with { State = "REQUEUED" });
        Sent("Settle 7:1 3.00 CANCELLED");
        _ledger.Audit();
    }

    [Fact]
    public void A_tasks_next_run_has_not_begun_while_its_first_is_cleaned_up_after()
    {
        var task = Given.Job(8, "RUNNING", mark: 1) with { ArrayJobId = 7, Task = 1 };
        _ledger.List(Given.Listing(90, task));
        _ledger.List(Given.Listing(3690, CleanedUpAfter(3690) with { JobId = 8, ArrayJobId = 7, Task = 1 }));
        Sent("Charge 8 6.00 RUNNING");
        Assert.Equal(Given.Su(6), Assert.Single(Book.Holds).Amount);

        // What runs again and is cleaned up after is no task that waits.
        var again = task with
        {
            RestartCount = 1,
            SubmitTime = Given.Noon.AddMinutes(63),
            StartTime = Given.Noon.AddSeconds(4000),
        };
        _ledger.List(Given.Listing(4100, again));
        _ledger.List(Given.Listing(4200, again with { State = "COMPLETING" }));
        Sent("Charge 8 6.00 RUNNING", "Charge 8:1 6.00 RUNNING", "Settle 8 3.10 REQUEUED");
        Assert.Empty(Book.Holds);
        _ledger.Audit();
    }

    [Fact]
    public void Of_a_large_array_a_task_is_held_for_while_its_first_run_is_cleaned_up_after()
    {
        // More records than are taken in by one step.
        var tasks = Enumerable
            .Range(8, 200)
            .Select(static id => Given.Job((uint)id, "RUNNING", mark: 1) with { ArrayJobId = 7, Task = (uint)id })
            .ToArray();
        _ledger.List(Given.Listing(90, tasks));
        tasks[0] = CleanedUpAfter(3690) with { JobId = 8, ArrayJobId = 7, Task = 8 };
        _ledger.List(Given.Listing(3690, tasks));
        Assert.Equal(Given.Su(6), Assert.Single(Book.Holds).Amount);
        _ledger.Audit();
    }

    [Fact]
    public void Each_of_several_unreported_requeues_ends_its_own_run()
    {
        var (first, second) = (Given.Noon.AddMinutes(11), Given.Noon.AddMinutes(31));
        _ledger.List(Given.Listing(90, Given.Job(7, "RUNNING", mark: 1)));
        var again = Given.Job(7, "RUNNING", mark: 1) with { RestartCount = 1, SubmitTime = first, StartTime = first };
        _ledger.List(Given.Listing(665, again));
        _ledger.List(Given.Listing(1920, again with { State = "PENDING", RestartCount = 2, SubmitTime = second, Nodes = "" }));

        // 4 CPUs x 0:10 x 0.75, and x 0:20
        Sent("Charge 7 6.00 RUNNING", "Charge 7:1 6.00 RUNNING", "Settle 7 0.50 REQUEUED", "Settle 7:1 1.00 REQUEUED");
    }

    private void Sent(params string[] records) =>
        Assert.Equal(
            records,
            _ledger.Sent.Select(static sent => $"{sent.Kind} {sent.Job.JobSlurmId} {sent.Job.Amount} {sent.Job.JobStatus}")
        );
}
