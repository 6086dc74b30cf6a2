using SlurmBanking.Sidecar.ClusterView;
using SlurmBanking.Sidecar.Lifecycle;
using SlurmBanking.Sidecar.Pricing;

namespace SlurmBanking.Sidecar.Tests.Lifecycle;

/// <summary>A listing is taken in by steps; what happens between two of them counts as if it had happened before or after all.</summary>
public sealed class QueueIntakeTests
{
    private readonly JobLife _life = new(new Book(), Given.Noon.AddDays(-1));

    [Fact]
    public void An_array_of_hundreds_of_tasks_is_held_for_what_waits_and_charged_for_what_runs()
    {
        // A task: 4 CPUs for 2 hours at 0.75 SU.
        _life.Held(Given.Hold(1, 6, tasks: 400, jobId: 10), Given.Request());
        var running = Enumerable.Range(11, 300).Select(static job => Given.Job((uint)job, "RUNNING", mark: 1) with { ArrayJobId = 10 });
        var waiting = Given.Job(10, "PENDING", mark: 1) with
        {
            ArrayJobId = 10,
            Tasks = 100,
            Tres = TresCounts.Of(("cpu", 4), ("node", 1)),
        };
        var changes = _life.Listed(Given.Listing(90, [.. running, waiting]), Given.Cluster, Given.Settings());
        Assert.Equal(
            300,
            changes.Deliveries.Count(static delivery =>
                delivery is { Kind: DeliveryKind.Charge, Job.Amount: var amount } && amount == Given.Su(6)
            )
        );
        Assert.Equal((100L, Given.Su(600)), (Assert.Single(_life.Book.Holds).Tasks, _life.Book.Held));
        Assert.Equal(Given.Su(2400), _life.Book.Of(Given.Account).Amount);
    }

    [Fact]
    public void No_step_is_long()
    {
        var jobs = Enumerable.Range(1, 1000).Select(static job => Given.Job((uint)job, "RUNNING", mark: job)).ToArray();
        var steps = QueueIntake
            .Steps(_life, Given.Listing(90, jobs), Given.Cluster, Given.Settings())
            .Select(static step => step().Runs.Count)
            .ToList();
        Assert.Equal((1000, 128), (steps.Sum(), steps.Max()));
    }

    [Fact]
    public void What_is_known_of_jobs_that_are_gone_is_dropped_in_short_steps()
    {
        for (var job = 1; job <= 3000; job++)
        {
            var run = Assert.Single(_life.Ended(Given.Ended((uint)job, mark: job), doubtful: false, Given.Settings()).Runs);
            _life.Delivered(run.Key, DeliveryKind.Settle, parked: false, Given.Noon);
        }

        var (known, dropped) = (_life.Book.JobsWithHold().Count, new List<int>());
        foreach (var step in QueueIntake.Steps(_life, Given.Listing(2 * 3600), Given.Cluster, Given.Settings()))
        {
            step();
            dropped.Add(known - _life.Book.JobsWithHold().Count);
            known = _life.Book.JobsWithHold().Count;
        }

        Assert.Equal((3000, 1024), (dropped.Sum(), dropped.Max()));
    }

    [Fact]
    public void Records_of_a_hold_are_taken_together_wherever_the_queue_shows_them()
    {
        // Of 3 000 jobs two tasks of one array, the first and the last, with others between them.
        _life.Held(Given.Hold(5000, 6, tasks: 2, jobId: 1), Given.Request());
        var jobs = Enumerable.Range(1, 3000).Select(static job => Given.Job((uint)job, "PENDING", mark: job)).ToArray();
        jobs[0] = Given.Job(1, "PENDING", mark: 5000) with { ArrayJobId = 1, Task = 0 };
        jobs[^1] = Given.Job(3000, "PENDING", mark: 5000) with { ArrayJobId = 1, Task = 1 };
        _life.Listed(Given.Listing(90, jobs), Given.Cluster, Given.Settings());
        Assert.Equal((2999, 2L), (_life.Book.Holds.Count, _life.Book.Find(Given.Id(5000))!.Tasks));
        Assert.Equal([1u, 3000u], _life.Book.AskedBy(Given.Id(5000))!.Records);
    }

    [Fact]
    public void What_a_waiting_job_asks_for_is_replaced_when_the_queue_shows_something_else_and_not_before()
    {
        QueueJob[] changed =
        [
            Waits(),
            Waits() with
            {
                TimeLimit = TimeSpan.FromHours(3),
            },
            Waits() with
            {
                Partition = "normal,small",
            },
            Waits() with
            {
                Tres = TresCounts.Of(("cpu", 4), ("node", 1), ("gres/gpu", 1)),
            },
            Waits() with
            {
                HetJobId = 7,
                Component = 0,
            },
        ];
        foreach (var job in changed)
        {
            var before = _life.Book.AskedBy(Given.Id(1));
            _life.Listed(Given.Listing(90, job), Given.Cluster, Given.Settings());
            var asked = _life.Book.AskedBy(Given.Id(1))!;
            Assert.NotSame(before, asked);
            Assert.Equal(job.TimeLimit, asked.Request.TimeLimit);
            Assert.Equal(job.Partition.Split(','), asked.Request.Partitions);
            Assert.Equal(job.Tres["gres/gpu"], asked.Request.TresPerJob["gres/gpu"]);
            Assert.Equal((job.HetJobId, job.Component), (asked.HetJobId, asked.Component));
            _life.Listed(Given.Listing(120, job), Given.Cluster, Given.Settings());
            Assert.Same(asked, _life.Book.AskedBy(Given.Id(1)));
        }

        static QueueJob Waits() => Given.Job(7, "PENDING", mark: 1);
    }

    [Fact]
    public void An_end_that_is_reported_meanwhile_counts_and_the_listing_does_not_charge_it_again()
    {
        var charged = new List<Delivery>();
        var first = true;
        foreach (var step in QueueIntake.Steps(_life, Given.Listing(90, Given.Job(7, "RUNNING", mark: 1)), Given.Cluster, Given.Settings()))
        {
            charged.AddRange(step().Deliveries);
            if (first)
            {
                Assert.Equal(
                    Given.Su(3),
                    Assert.Single(_life.Ended(Given.Ended(7, mark: 1), doubtful: false, Given.Settings()).Deliveries).Job.Amount
                );
                first = false;
            }
        }

        Assert.Empty(charged);
        Assert.Equal(RunState.Settling, Assert.Single(_life.Book.Runs).State);
    }

    [Fact]
    public void A_hold_that_is_made_meanwhile_is_not_missed()
    {
        for (var listing = 0; listing < 3; listing++)
        {
            var number = 0;
            foreach (var step in QueueIntake.Steps(_life, Given.Listing(90 + listing), Given.Cluster, Given.Settings()))
            {
                if (listing == 0 && number++ == 0)
                {
                    _life.Held(Given.Hold(1, 6) with { Submitted = Given.Noon.AddSeconds(91) }, Given.Request());
                }

                step();
            }
        }

        Assert.Equal(0, Assert.Single(_life.Book.Holds).Absences);
    }

    [Fact]
    public void A_hold_that_has_changed_since_it_was_compared_is_left_alone()
    {
        var before = Given.Hold(1, 6) with { Absences = 1 };
        _life.Held(before, Given.Request());
        _life.Held(before with { JobId = 7 }, Given.Request());
        Assert.True(_life.NotListed([before], needed: 2).IsEmpty);
        Assert.Equal(7u, Assert.Single(_life.Book.Holds).JobId);
    }
}
