using SlurmBanking.Sidecar.ClusterView;
using SlurmBanking.Sidecar.Lifecycle;
using SlurmBanking.Sidecar.Pricing;
using SlurmBanking.Terms;

namespace SlurmBanking.Sidecar.Tests.Lifecycle;

/// <summary>Every transition of a job at the bank.</summary>
public sealed class JobLifeTests
{
    private readonly Ledger _ledger = new();

    private Book Book => _ledger.Book;

    [Fact]
    public void Held_then_charged_then_settled()
    {
        _ledger.Hold(Given.Hold(1, 6m));
        Outstanding(6m, 1);
        _ledger.List(Given.Listing(2, Given.Job(7, "PENDING", mark: 1)));
        Assert.Equal(7u, Assert.Single(Book.Holds).JobId);
        Outstanding(6m, 1);
        _ledger.List(Given.Listing(90, Given.Job(7, "RUNNING", mark: 1)));
        Sent("Charge 7 6.00 RUNNING");
        Assert.Empty(Book.Holds);
        Outstanding(6m, 1);
        _ledger.ConfirmAll();
        Outstanding(0m, 0);
        _ledger.End(Given.Ended(7, mark: 1));
        Sent("Charge 7 6.00 RUNNING", "Settle 7 3.00 COMPLETED");
        Outstanding(0m, 0);
        _ledger.ConfirmAll();
        Assert.Equal(RunState.Settled, Assert.Single(Book.Runs).State);
        _ledger.Audit();
    }

    [Fact]
    public void A_job_that_ran_without_any_account_is_named_and_not_billed()
    {
        _ledger.List(Given.Listing(90, Given.Job(7, "RUNNING") with { Account = "" }));
        Assert.Equal([7u], _ledger.Last.Unbillable);
        Sent();
    }

    [Fact]
    public void The_records_carry_all_three_dates_and_the_figures_of_the_contract()
    {
        _ledger.List(Given.Listing(90, Given.Job(7, "RUNNING", mark: 1)));
        _ledger.End(Given.Ended(7, mark: 1) with { RequestedNodes = 1 });
        var (charge, settle) = (_ledger.Sent[0].Job, _ledger.Sent[1].Job);
        Assert.Equal(
            (Given.Noon, Given.Noon.AddMinutes(1), Given.Noon.AddMinutes(121)),
            (charge.SubmitDate, charge.StartDate, charge.EndDate)
        );
        Assert.Equal(
            (Given.Noon, Given.Noon.AddMinutes(1), Given.Noon.AddMinutes(61)),
            (settle.SubmitDate, settle.StartDate, settle.EndDate)
        );
        Assert.Equal(("1000", Given.Account, "normal", "n1"), (settle.UserId, settle.AccountId, settle.Partition, settle.Nodes![0].Name));
        Assert.Equal((1m, 4m, 4, 1, 1), (settle.RawTime, settle.CpuTime, settle.NumCpus, settle.NumReqNodes, settle.NumAllocNodes));
    }

    [Fact]
    public void A_start_that_was_never_reported_is_settled_without_a_charge()
    {
        _ledger.Hold(Given.Hold(1, 6m));
        _ledger.End(Given.Ended(7, mark: 1));
        Sent("Settle 7 3.00 COMPLETED");
        Assert.Empty(Book.Holds);
        Outstanding(3m, 1);
        _ledger.ConfirmAll();
        Outstanding(0m, 0);
    }

    [Fact]
    public void An_end_that_was_never_reported_is_settled_by_the_listing()
    {
        _ledger.Hold(Given.Hold(1, 6m));
        _ledger.List(Given.Listing(90, Given.Job(7, "RUNNING", mark: 1)));
        _ledger.List(Given.Listing(9000, Given.Job(7, "COMPLETED", mark: 1)));
        Sent("Charge 7 6.00 RUNNING", "Settle 7 3.00 COMPLETED");
    }

    [Fact]
    public void The_same_fact_is_one_fact_and_a_late_start_changes_nothing()
    {
        _ledger.Hold(Given.Hold(1, 6m));
        for (var i = 0; i < 3; i++)
        {
            _ledger.End(Given.Ended(7, mark: 1));
            _ledger.List(Given.Listing(90 + i, Given.Job(7, "RUNNING", mark: 1)));
            _ledger.List(Given.Listing(100 + i, Given.Job(7, "COMPLETED", mark: 1)));
        }

        Sent("Settle 7 3.00 COMPLETED");
        _ledger.Audit();
    }

    [Fact]
    public void Cancelled_while_pending_is_released()
    {
        _ledger.Hold(Given.Hold(1, 6m));
        _ledger.End(Given.Ended(7, mark: 1) with { State = "CANCELLED", Tres = TresCounts.None, Nodes = "" });
        Assert.Empty(Book.Holds);
        Assert.Empty(_ledger.Sent);
        _ledger.Audit();
    }

    [Fact]
    public void Cancelled_while_pending_is_released_by_the_listing_alone()
    {
        _ledger.Hold(Given.Hold(1, 6m));
        _ledger.List(Given.Listing(1, Given.Job(7, "CANCELLED", mark: 1) with { Nodes = "", Tres = TresCounts.None }));
        Assert.Empty(Book.Holds);
        Assert.Empty(_ledger.Sent);
    }

    [Fact]
    public void A_test_run_is_released_after_two_listings_begun_three_seconds_later()
    {
        _ledger.Hold(Given.Hold(1, 6m));
        _ledger.List(Given.Listing(1));
        _ledger.List(Given.Listing(2));
        _ledger.List(Given.Listing(3));
        Assert.Single(Book.Holds);
        _ledger.List(Given.Listing(4));
        Assert.Empty(Book.Holds);
        _ledger.Audit();
    }

    [Fact]
    public void Two_absences_with_a_sighting_between_them_release_nothing()
    {
        _ledger.Hold(Given.Hold(1, 6m));
        _ledger.List(Given.Listing(4));
        _ledger.List(Given.Listing(5, Given.Job(7, "PENDING", mark: 1)));
        _ledger.List(Given.Listing(6));
        Assert.Single(Book.Holds);
    }

    [Fact]
    public void A_listing_without_most_of_many_holds_needs_a_third()
    {
        for (var i = 1; i <= 12; i++)
        {
            _ledger.Hold(Given.Hold(i, 1m));
        }

        _ledger.List(Given.Listing(10));
        _ledger.List(Given.Listing(20));
        Assert.Equal(12, Book.Holds.Count);
        _ledger.List(Given.Listing(30));
        Assert.Empty(Book.Holds);
    }

    [Fact]
    public void An_arrays_hold_shrinks_as_its_tasks_start()
    {
        _ledger.Hold(Given.Hold(1, 6m, tasks: 5));
        Outstanding(30m, 1);
        var pending = Given.Job(10, "PENDING", mark: 1) with { ArrayJobId = 10, Tasks = 3 };
        var first = Given.Job(11, "RUNNING", mark: 1) with { ArrayJobId = 10 };
        var second = Given.Job(12, "RUNNING", mark: 1) with { ArrayJobId = 10 };
        _ledger.List(Given.Listing(90, pending, first, second));
        Assert.Equal((3, Given.Su(18)), (Assert.Single(Book.Holds).Tasks, Book.Held));
        Outstanding(30m, 3);
        _ledger.End(Given.Ended(13, mark: 1) with { ArrayJobId = 10 });
        Assert.Equal(2, Assert.Single(Book.Holds).Tasks);
        Outstanding(27m, 4);
        _ledger.List(Given.Listing(100, first, second));
        Assert.Empty(Book.Holds);
        Sent("Charge 11 6.00 RUNNING", "Charge 12 6.00 RUNNING", "Settle 13 3.00 COMPLETED");
        _ledger.Audit();
    }

    [Fact]
    public void A_requeued_task_that_no_listing_saw_waiting_takes_no_other_tasks_hold()
    {
        _ledger.Hold(Given.Hold(1, 6m, tasks: 3));
        var pending = Given.Job(10, "PENDING", mark: 1) with { ArrayJobId = 10, Tasks = 2 };
        _ledger.List(Given.Listing(90, pending, Given.Job(11, "RUNNING", mark: 1) with { ArrayJobId = 10 }));
        _ledger.End(Given.Ended(11, mark: 1) with { ArrayJobId = 10, State = "REQUEUED" });
        _ledger.End(Given.Ended(11, mark: 1, restart: 1) with { ArrayJobId = 10 });
        Assert.Equal(Given.Su(12), Assert.Single(Book.Holds).Amount);
    }

    [Theory]
    [InlineData("NODE_FAIL", "0.00")]
    [InlineData("BOOT_FAIL", "0.00")]
    [InlineData("FAILED", "3.00")]
    [InlineData("TIMEOUT", "3.00")]
    [InlineData("PREEMPTED", "3.00")]
    public void Runs_ended_by_a_node_are_refunded_by_policy(string state, string amount)
    {
        _ledger.End(Given.Ended(7, mark: 1) with { State = state });
        Sent($"Settle 7 {amount} {state}");
    }

    [Fact]
    public void A_job_without_a_mark_is_adopted_held_charged_and_settled_as_one()
    {
        _ledger.List(Given.Listing(9, Given.Job(7, "PENDING")));
        Assert.Equal((7u, Given.Su(6)), (Assert.Single(Book.Holds).JobId, Book.Held));
        _ledger.List(Given.Listing(90, Given.Job(7, "RUNNING")));
        _ledger.End(Given.Ended(7));
        Sent("Charge 7 6.00 RUNNING", "Settle 7 3.00 COMPLETED");
        Assert.Single(Book.Runs);
        Assert.Empty(Book.Holds);
        _ledger.Audit();
    }

    [Fact]
    public void An_array_without_a_mark_is_adopted_once_whoever_reports_first()
    {
        _ledger.End(Given.Ended(11) with { ArrayJobId = 10 });
        _ledger.List(
            Given.Listing(9000, Given.Job(11, "COMPLETED") with { ArrayJobId = 10 }, Given.Job(12, "RUNNING") with { ArrayJobId = 10 })
        );
        Sent("Settle 11 3.00 COMPLETED", "Charge 12 6.00 RUNNING");
    }

    [Fact]
    public void An_adopted_array_is_known_again_after_a_restart()
    {
        _ledger.List(Given.Listing(90, Given.Job(11, "RUNNING") with { ArrayJobId = 10 }));
        var reloaded = new JobLife(new Book(), Given.Noon);
        _ledger.Book.Runs.ToList().ForEach(reloaded.Book.Put);
        var again = reloaded.Listed(Given.Listing(99, Given.Job(11, "RUNNING") with { ArrayJobId = 10 }), Given.Cluster, Given.Settings());
        Assert.Empty(again.Deliveries);
    }

    [Fact]
    public void An_unknown_job_that_ended_before_the_bank_went_into_service_is_none_of_its_business()
    {
        var ended = Given.Job(7, "COMPLETED") with { EndTime = Given.Noon.AddDays(-2) };
        _ledger.List(Given.Listing(9, ended));
        Assert.Empty(_ledger.Sent);
        _ledger.List(Given.Listing(9, ended with { EndTime = Given.Noon }));
        Sent("Settle 7 3.00 COMPLETED");
    }

    [Fact]
    public void The_queues_values_price_a_pending_hold_again()
    {
        _ledger.Hold(Given.Hold(1, 6m));
        _ledger.List(Given.Listing(9, Given.Job(7, "PENDING", mark: 1) with { TimeLimit = TimeSpan.FromHours(4), Account = "fc_other" }));
        Assert.Equal(("fc_other", Given.Su(12)), (Assert.Single(Book.Holds).Account, Book.Held));
        Outstanding(0m, 0);
        _ledger.Audit();
    }

    [Fact]
    public void A_run_is_settled_at_the_prices_of_its_start()
    {
        _ledger.List(Given.Listing(90, Given.Job(7, "RUNNING", mark: 1)));
        var dearer = Given.Settings() with
        {
            PartitionPrices = new Dictionary<string, decimal>(StringComparer.Ordinal) { ["normal"] = 100m },
        };
        _ledger.Take(_ledger.Life.Ended(Given.Ended(7, mark: 1), doubtful: false, dearer));
        Sent("Charge 7 6.00 RUNNING", "Settle 7 3.00 COMPLETED");
    }

    [Fact]
    public void A_parked_charge_stops_being_outstanding_and_the_settlement_bills_all()
    {
        _ledger.List(Given.Listing(90, Given.Job(7, "RUNNING", mark: 1)));
        Assert.True(_ledger.ConfirmOne(parked: true));
        Outstanding(0m, 0);
        _ledger.End(Given.Ended(7, mark: 1));
        Outstanding(3m, 1);
        Assert.Equal(Doubt.Taken, Book.DoubtOf(new RunKey(Given.Id(1), 7, 0)));
        _ledger.ConfirmAll();
        Outstanding(0m, 0);
    }

    [Fact]
    public void An_overrun_beyond_the_estimate_is_outstanding_until_it_is_settled()
    {
        _ledger.List(Given.Listing(90, Given.Job(7, "RUNNING", mark: 1)));
        _ledger.ConfirmAll();
        _ledger.End(Given.Ended(7, mark: 1) with { Elapsed = TimeSpan.FromHours(3) });
        Outstanding(3m, 1);
    }

    [Fact]
    public void Without_any_account_there_is_nobody_to_bill()
    {
        _ledger.End(Given.Ended(7) with { Account = "" });
        Assert.Empty(_ledger.Sent);
    }

    [Fact]
    public void A_hold_that_is_released_and_held_again_in_one_listing_stays_in_the_journal()
    {
        _ledger.Hold(Given.Hold(1, 6m));
        _ledger.List(
            Given.Listing(
                90,
                Given.Job(11, "RUNNING", mark: 1) with
                {
                    ArrayJobId = 10,
                },
                Given.Job(12, "PENDING", mark: 1) with
                {
                    ArrayJobId = 10,
                    RestartCount = 1,
                }
            )
        );
        Assert.Single(Book.Holds);
        _ledger.Audit();
    }

    [Fact]
    public void A_stale_listing_does_not_hold_again_what_has_run()
    {
        _ledger.Hold(Given.Hold(1, 6m));
        _ledger.End(Given.Ended(7, mark: 1));
        _ledger.List(Given.Listing(2, Given.Job(7, "PENDING", mark: 1)));
        Assert.Empty(Book.Holds);
    }

    [Fact]
    public void The_job_id_of_a_settled_run_may_come_round_again_when_the_queue_does_not_show_it_any_more()
    {
        _ledger.End(Given.Ended(7, mark: 1));
        _ledger.ConfirmAll();
        _ledger.List(Given.Listing(660, Given.Job(7, "COMPLETED", mark: 1)));
        Assert.Equal(Given.Id(1), Book.HoldOfJob(7));
        _ledger.List(Given.Listing(661));
        Assert.Null(Book.HoldOfJob(7));
    }

    [Fact]
    public void Node_names_that_the_bank_does_not_take_are_left_out()
    {
        var longName = new string('x', 31);
        _ledger.End(Given.Ended(7, mark: 1) with { Nodes = $"{longName},n[1-2]" });
        Assert.Equal(["n1", "n2"], _ledger.Sent[0].Job.Nodes!.Select(static node => node.Name));
        _ledger.End(Given.Ended(8, mark: 2) with { Nodes = "" });
        Assert.Null(_ledger.Sent[1].Job.Nodes);
    }

    [Fact]
    public void A_run_that_starts_after_its_end_lasted_no_time()
    {
        _ledger.End(Given.Ended(7, mark: 1) with { Start = Given.Noon.AddHours(9), Elapsed = TimeSpan.Zero });
        var job = _ledger.Sent[0].Job;
        Assert.Equal((ServiceUnits.Zero, job.StartDate), (job.Amount, job.EndDate));
    }

    private void Outstanding(decimal amount, int jobs)
    {
        Assert.Equal(new Tally(Given.Su(amount), jobs), Book.Of(Given.Account));
        Assert.Equal(new Tally(Given.Su(amount), jobs), Book.Of(Given.Account, Given.Uid));
    }

    private void Sent(params string[] records) =>
        Assert.Equal(
            records,
            _ledger.Sent.Select(static sent => $"{sent.Kind} {sent.Job.JobSlurmId} {sent.Job.Amount} {sent.Job.JobStatus}")
        );

    [Fact]
    public void A_listing_of_one_user_releases_nothing_of_another()
    {
        _ledger.Hold(Given.Hold(1, 6m));
        _ledger.Hold(Given.Hold(2, 6m) with { Uid = 2000 });
        for (var second = 10; second < 60; second += 10)
        {
            _ledger.List(Given.Listing(second) with { User = 2000 });
        }

        Assert.Equal(Given.Id(1), Assert.Single(_ledger.Book.Holds).Id);
    }

    [Fact]
    public void A_run_is_priced_by_what_was_in_force_at_its_start()
    {
        var cheaper = Given.Settings() with
        {
            PartitionPrices = new Dictionary<string, decimal>(StringComparer.Ordinal) { ["normal"] = 0.5m },
        };
        var life = new JobLife(new Book(), Given.Noon, start => start < Given.Noon.AddMinutes(2) ? Given.Settings() : cheaper);
        var early = life.Ended(Given.Ended(7, mark: 1), doubtful: false, cheaper);
        var late = life.Ended(Given.Ended(8, mark: 2) with { Start = Given.Noon.AddMinutes(3) }, doubtful: false, cheaper);

        // 4 CPUs for an hour at 0.75 and at 0.5 SU.
        Assert.Equal((Given.Su(3), Given.Su(2)), (early.Deliveries[0].Job.Amount, late.Deliveries[0].Job.Amount));
    }

    [Fact]
    public void A_job_that_nobody_was_asked_about_is_marked()
    {
        _ledger.List(Given.Listing(90, Given.Job(7, "PENDING"), Given.Job(8, "RUNNING"), Given.Job(9, "PENDING", mark: 1)));
        Assert.Equal([(7u, true), (9u, false)], _ledger.Book.Holds.Select(static hold => (hold.JobId!.Value, hold.LetIn)).Order());
        Assert.True(Assert.Single(_ledger.Book.Runs).LetIn);
        Assert.Equal(2, _ledger.Book.Totals.LetIn);
    }

    [Fact]
    public void What_was_reported_before_another_took_over_is_withdrawn_when_the_queue_shows_that_the_run_goes_on()
    {
        _ledger.List(Given.Listing(90, Given.Job(7, "RUNNING", mark: 1)));
        _ledger.ConfirmOne();
        _ledger.End(Given.Ended(7, mark: 1) with { State = "NODE_FAIL" });
        _ledger.List(Given.Listing(120, Given.Job(7, "RUNNING", mark: 1)));
        Assert.Equal(RunState.Settling, Assert.Single(_ledger.Book.Runs).State);
        _ledger.Take(_ledger.Life.BeginTerm(1));
        _ledger.List(Given.Listing(150, Given.Job(7, "RUNNING", mark: 1)));
        Assert.Equal(RunState.Charged, Assert.Single(_ledger.Book.Runs).State);
        Assert.Equal(new RunKey(Given.Id(1), 7, 0), Assert.Single(_ledger.Last.Withdrawn));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_ended_before_another_took_over_is_settled_by_what_the_queue_says_after_it(bool delivered)
    {
        _ledger.End(Given.Ended(7, mark: 1));
        Assert.Equal(delivered, delivered && _ledger.ConfirmOne());
        _ledger.Take(_ledger.Life.BeginTerm(1));
        var ended = Given.Job(7, "CANCELLED", mark: 1) with { StartTime = Given.Noon.AddMinutes(1), EndTime = Given.Noon.AddMinutes(91) };
        _ledger.List(Given.Listing(6000, ended with { Elapsed = TimeSpan.FromHours(1) }));
        Assert.Empty(_ledger.Last.Deliveries);

        // 4 CPUs for an hour and a half at 0.75 SU.
        _ledger.List(Given.Listing(6100, ended with { Elapsed = TimeSpan.FromHours(1.5) }));
        Assert.Equal(Given.Su(4.5m), Assert.Single(_ledger.Last.Deliveries).Job.Amount);
        Assert.Equal(new RunKey(Given.Id(1), 7, 0), Assert.Single(_ledger.Last.Withdrawn));
        var run = Assert.Single(_ledger.Book.Runs);
        Assert.Equal((RunState.Settling, false), (run.State, Book.IsDoubtful(run)));
    }

    [Fact]
    public void Accounting_settles_the_run_of_the_same_start_and_asks_about_what_nobody_saw()
    {
        _ledger.List(Given.Listing(90, Given.Job(7, "RUNNING", mark: 1)));
        var queued = Given.Job(7, "PENDING", mark: 1) with { RestartCount = 2 };
        Assert.Equal([7u], _ledger.Life.Missing(Given.Listing(200, queued)));
        Assert.Equal([7u], _ledger.Life.Missing(Given.Listing(200)));
        Assert.Empty(_ledger.Life.Missing(Given.Listing(200, Given.Job(7, "RUNNING", mark: 1))));
        var second = Given.Ended(7, mark: 1) with { Start = Given.Noon.AddHours(2), Elapsed = TimeSpan.FromHours(0.5) };
        _ledger.Take(_ledger.Life.Recalled([new PastRun(Given.Ended(7, mark: 1), 0), new PastRun(second, 1)], Given.Settings()));
        Assert.Equal(
            [("7", (ServiceUnits?)Given.Su(3)), ("7:1", Given.Su(1.5m))],
            _ledger.Last.Deliveries.Select(static delivery => (delivery.Job.JobSlurmId, delivery.Job.Amount))
        );
    }
}
