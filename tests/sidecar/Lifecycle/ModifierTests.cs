using SlurmBanking.Sidecar.ClusterView;
using SlurmBanking.Sidecar.Lifecycle;
using SlurmBanking.Sidecar.Pricing;
using SlurmBanking.Terms;

namespace SlurmBanking.Sidecar.Tests.Lifecycle;

/// <summary>scontrol update: what a change of a job costs beyond what is held, and what becomes of the difference.</summary>
public sealed class ModifierTests
{
    private static readonly TimeSpan FourHours = TimeSpan.FromHours(4);

    private readonly Ledger _ledger = new();

    private Book Book => _ledger.Book;

    /// <summary>A waiting job of 4 CPUs and 2 hours on "normal" holds 6.00.</summary>
    public static TheoryData<string, decimal, decimal> Changes() =>
        new()
        {
            { "time=240", 12m, 6m }, // 4 × 4 h × 0.75
            { "time=60", 3m, 0m },
            { "time=unlimited", 72m, 66m }, // the partition's day: 4 × 24 h × 0.75
            { "cpus=8", 12m, 6m },
            { "cpus=2", 3m, 0m },
            { "nodes=8", 12m, 6m }, // a CPU on each at least
            { "nodes=2", 6m, 0m },
            { "tasks=6", 9m, 3m },
            { "partition=whole", 16m, 10m }, // 16 × 2 h × 0.5
            { "partition=normal,whole", 16m, 10m },
            { "partition=free", 0m, 0m },
            { "qos=low", 3m, 0m },
            { "account=fc_other", 6m, 6m }, // nothing is held there yet
        };

    [Theory]
    [MemberData(nameof(Changes))]
    public void A_change_of_a_waiting_job_is_priced_as_the_queue_will_price_it(string change, decimal total, decimal more)
    {
        _ledger.List(Given.Listing(2, Given.Job(7, "PENDING", mark: 1)));
        var consequence = Consider("7", Wanted(change));
        Assert.Equal((Given.Su(total), Given.Su(more), null), (consequence!.Total, consequence.More, consequence.Refusal));
        Assert.Equal(change.StartsWith("account", StringComparison.Ordinal) ? "fc_other" : Given.Account, consequence.Account);
    }

    [Fact]
    public void More_gpus_replace_those_that_were_asked_for()
    {
        // 2 h × (4 CPUs × 1 + 1 GPU × 12.5 + 4 GiB × 0.01); then with 2 GPUs.
        var job = Given.Job(7, "PENDING", mark: 1) with
        {
            Partition = "gpu",
            Tres = TresCounts.Of(("cpu", 4), ("node", 1), ("mem", 4096), ("gres/gpu", 1)),
        };
        _ledger.List(Given.Listing(2, job));
        Assert.Equal(Given.Su(33.08m), Assert.Single(Book.Holds).Amount);
        var wanted = Given.Request() with { TresPerNode = TresCounts.ParseRequest("gres:gpu:2"), Account = "" };
        Assert.Equal((Given.Su(58.08m), Given.Su(25m)), (Consider("7", wanted)!.Total, Consider("7", wanted)!.More));
    }

    [Fact]
    public void A_change_that_can_not_be_priced_says_why()
    {
        _ledger.List(Given.Listing(2, Given.Job(7, "PENDING", mark: 1)));
        Assert.Equal(
            "no time limit is given, and partition endless has none: use --time",
            Consider("7", Wanted("time=unlimited") with { Partitions = ["endless"] })!.Refusal
        );
    }

    [Fact]
    public void A_job_that_was_never_seen_is_not_known()
    {
        _ledger.List(Given.Listing(2, Given.Job(8, "PENDING", mark: 1)));
        Assert.Null(Consider("7", Wanted("time=240")));
    }

    [Fact]
    public void A_job_that_the_queue_has_not_shown_yet_is_known_by_its_mark()
    {
        // 3 tasks of 1 CPU × 0.75 × 1 h by default; beside it another one.
        _ledger.Hold(Given.Hold(2, 0.75m, tasks: 3), Given.Request() with { ArrayTasks = 3 });
        _ledger.Hold(Given.Hold(1, 0.75m), Given.Request());
        var all = Consider("7", Wanted("time=240"), mark: 2)!;
        Assert.Equal((Given.Su(9m), Given.Su(6.75m)), (all.Total, all.More));
        Assert.Equal(Given.Su(2.25m), Consider("7_1", Wanted("time=240"), mark: 2)!.More);
        Assert.Equal(Given.Su(2.25m), Consider("7", Wanted("time=240"), mark: 1)!.More);

        // Somebody else's, or nobody's.
        Assert.Null(Consider("7", Wanted("time=240") with { Uid = 4711 }, mark: 2));
        Assert.Null(Consider("7", Wanted("time=240"), mark: 3));
        Assert.Null(Consider("7", Wanted("time=240")));

        // A mark that somebody copied from a job with another number.
        _ledger.List(Given.Listing(2, Given.Job(8, "PENDING", mark: 1)));
        Assert.Null(Consider("7", Wanted("time=240"), mark: 1));
    }

    [Fact]
    public void A_job_that_is_called_by_its_sluid_is_known_by_its_mark()
    {
        const string Sluid = "s4BFZ2J5V8R40";
        _ledger.Hold(Given.Hold(1, 6m), Given.Request() with { MinCpus = 4, TimeLimit = TimeSpan.FromHours(2) });
        Assert.Equal(Given.Su(6m), Consider(Sluid, Wanted("time=240"), mark: 1)!.More);
        _ledger.List(Given.Listing(2, Given.Job(7, "PENDING", mark: 1)));
        Assert.Equal(Given.Su(6m), Consider(Sluid, Wanted("time=240"), mark: 1)!.More);
        _ledger.List(Given.Listing(4, Given.Job(7, "RUNNING", mark: 1)));
        Assert.Equal(Given.Su(6m), Consider(Sluid, Wanted("time=240"), mark: 1)!.More);
        Assert.Null(Consider(Sluid, Wanted("time=240")));

        // Of several records it may be any.
        _ledger.List(Given.Listing(6, Given.Job(20, "PENDING", mark: 2) with { ArrayJobId = 20, Tasks = 10 }));
        Assert.Null(Consider(Sluid, Wanted("time=240"), mark: 2));
    }

    [Theory]
    [InlineData("20", 120, 60)]
    [InlineData("20_3", 12, 6)]
    [InlineData("20_[1-3]", 36, 18)]
    [InlineData("20_1,4", 24, 12)]
    public void Of_an_array_only_the_tasks_meant_are_priced(string selector, decimal total, decimal more)
    {
        _ledger.List(Given.Listing(2, Given.Job(20, "PENDING", mark: 1) with { ArrayJobId = 20, Tasks = 10 }));
        var consequence = Consider(selector, Wanted("time=240"));
        Assert.Equal((Given.Su(total), Given.Su(more)), (consequence!.Total, consequence.More));
    }

    [Fact]
    public void Tasks_that_somebody_changed_are_held_at_their_own_price()
    {
        var array = Given.Job(20, "PENDING", mark: 1) with { ArrayJobId = 20, Tasks = 9 };
        var changed = Given.Job(21, "PENDING", mark: 1) with { ArrayJobId = 20, TimeLimit = FourHours };
        _ledger.List(Given.Listing(2, array, changed));

        // 9 × 6.00 + 12.00
        Assert.Equal(Given.Su(66m), Assert.Single(Book.Holds).Amount);

        // By the record's own id it is one of ten, and which one is not known: 12.00 − 6.00 at most.
        Assert.Equal(Given.Su(6m), Consider("21", Wanted("time=240"))!.More);
        _ledger.Audit();
    }

    [Fact]
    public void Tasks_that_somebody_moved_to_another_account_are_held_there()
    {
        var array = Given.Job(20, "PENDING", mark: 1) with { ArrayJobId = 20, Tasks = 9 };
        var moved = Given.Job(21, "PENDING", mark: 1) with { ArrayJobId = 20, Account = "fc_other" };
        _ledger.List(Given.Listing(2, array, moved));
        Assert.Equal((Given.Su(54m), Given.Su(6m)), (Book.Of(Given.Account).Amount, Book.Of("fc_other").Amount));
        Assert.Equal(Given.Su(60m), Book.Held);

        // The end of a task of which nobody had seen the start uses up none of what is held for the moved one.
        _ledger.List(Given.Listing(3, array with { Tasks = 1 }, moved));
        _ledger.End(Given.Ended(22, mark: 1) with { ArrayJobId = 20 });
        _ledger.ConfirmAll();
        Assert.Equal(Given.Su(6m), Book.Of("fc_other").Amount);
        _ledger.List(Given.Listing(4, array, moved));

        // Whose task would cost more is not known, so none may.
        Assert.StartsWith("tasks of array 20 are paid by several", Consider("20", Wanted("time=240"))!.Refusal, StringComparison.Ordinal);
        Assert.StartsWith(
            "tasks of array 20_3 are paid by several",
            Consider("20_3", Wanted("time=240"))!.Refusal,
            StringComparison.Ordinal
        );
        _ledger.List(Given.Listing(4, array));
        Assert.Equal((Given.Su(54m), ServiceUnits.Zero), (Book.Of(Given.Account).Amount, Book.Of("fc_other").Amount));
    }

    [Theory]
    [InlineData("30", 24, 12)]
    [InlineData("30+1", 12, 6)]
    [InlineData("30+0", 12, 6)]
    public void Of_a_het_job_the_components_meant_are_priced(string selector, decimal total, decimal more)
    {
        var leader = Given.Job(30, "PENDING", mark: 1) with { HetJobId = 30, Component = 0 };
        _ledger.List(Given.Listing(2, leader, Given.Job(31, "PENDING", mark: 2) with { HetJobId = 30, Component = 1 }));
        var consequence = Consider(selector, Wanted("time=240"));
        Assert.Equal((Given.Su(total), Given.Su(more)), (consequence!.Total, consequence.More));
    }

    [Fact]
    public void The_difference_is_held_until_the_queue_shows_the_change()
    {
        _ledger.List(Given.Listing(2, Given.Job(7, "PENDING", mark: 1)));
        Raise("7", Wanted("time=240"), at: 10);
        Outstanding(12m, 2);

        // One that does not show it yet gives nothing back.
        _ledger.List(Given.Listing(11, Given.Job(7, "PENDING", mark: 1)));
        Outstanding(12m, 2);
        _ledger.List(Given.Listing(12, Given.Job(7, "PENDING", mark: 1) with { TimeLimit = FourHours }));
        Outstanding(12m, 1);
        _ledger.Audit();
    }

    [Fact]
    public void The_same_asked_again_before_the_queue_shows_it_is_held_once()
    {
        _ledger.List(Given.Listing(2, Given.Job(20, "PENDING", mark: 1) with { ArrayJobId = 20, Tasks = 10 }));
        Raise("20_3", Wanted("time=240"), at: 10);
        Assert.Equal(ServiceUnits.Zero, Consider("20_3", Wanted("time=240"))!.More);

        // Another task is another 6.00, and more for the same task no more than the rest.
        Assert.Equal(Given.Su(6m), Consider("20_4", Wanted("time=240"))!.More);
        Assert.Equal(Given.Su(3m), Consider("20_3", Wanted("time=300"))!.More);
    }

    [Fact]
    public void A_second_change_before_the_queue_shows_the_first_is_a_change_of_that()
    {
        // 16 CPUs × 2 h × 0.75; then twice as long.
        _ledger.List(Given.Listing(2, Given.Job(7, "PENDING", mark: 1)));
        Raise("7", Wanted("cpus=16"), at: 10);
        var second = Consider("7", Wanted("time=240"))!;
        Assert.Equal((Given.Su(48m), Given.Su(24m)), (second.Total, second.More));
    }

    [Fact]
    public void A_listing_from_before_a_change_does_not_make_the_next_one_forget_it()
    {
        // As above; what the queue shows meanwhile is 4 CPUs.
        _ledger.List(Given.Listing(2, Given.Job(7, "PENDING", mark: 1)));
        Raise("7", Wanted("cpus=16"), at: 10);
        _ledger.List(Given.Listing(11, Given.Job(7, "PENDING", mark: 1)));
        var second = Consider("7", Wanted("time=240"))!;
        Assert.Equal((Given.Su(48m), Given.Su(24m)), (second.Total, second.More));

        // With both on their way, a third: 8 hours of 16 CPUs x 0.75, for which 6.00, 18.00 and 24.00 are held.
        Raise("7", Wanted("time=240"), at: 12, difference: 98);
        var third = Consider("7", Wanted("time=480"))!;
        Assert.Equal((Given.Su(96m), Given.Su(48m)), (third.Total, third.More));
    }

    [Fact]
    public void Of_changes_that_the_queue_does_not_show_yet_Slurm_may_have_made_only_some()
    {
        // 4 CPUs for an hour would be 3.00; whether it is an hour is not known, so it is 8 CPUs x 2 h x 0.75, or for the 4 hours 24.00.
        _ledger.List(Given.Listing(2, Given.Job(7, "PENDING", mark: 1)));
        Raise("7", Wanted("time=240"), at: 10);
        Assert.Equal(Given.Su(12m), Consider("7", Wanted("cpus=8"))!.More);
        Assert.Equal(ServiceUnits.Zero, Consider("7", Wanted("time=60"))!.More);

        // Shown, it is what the next one is a change of: 12.00 are held, 8 CPUs for 4 hours are 24.00.
        _ledger.List(Given.Listing(12, Given.Job(7, "PENDING", mark: 1) with { TimeLimit = FourHours }));
        Assert.Equal(Given.Su(12m), Consider("7", Wanted("cpus=8"))!.More);
    }

    [Fact]
    public void Who_pays_for_a_change_is_known_once_a_move_to_another_account_is_shown()
    {
        _ledger.List(Given.Listing(2, Given.Job(7, "PENDING", mark: 1)));
        Raise("7", Wanted("account=fc_other"), at: 10);
        _ledger.List(Given.Listing(11, Given.Job(7, "PENDING", mark: 1)));
        Assert.Equal(
            "what came of the last changes of job 7 is not known yet; try again in a few seconds",
            Consider("7", Wanted("cpus=8"))!.Refusal
        );
        _ledger.List(Given.Listing(12, Given.Job(7, "PENDING", mark: 1) with { Account = "fc_other" }));
        var change = Consider("7", Wanted("cpus=8"))!;
        Assert.Equal(("fc_other", Given.Su(6m)), (change.Account, change.More));
    }

    [Fact]
    public void Changes_in_a_row_that_the_queue_does_not_show_are_bounded()
    {
        _ledger.List(Given.Listing(2, Given.Job(7, "PENDING", mark: 1)));
        for (var change = 1; change <= 6; change++)
        {
            Raise("7", Wanted($"time={120 + change}"), at: 10, difference: 90 + change);
        }

        Assert.Null(Consider("7", Wanted("time=126"))!.Refusal);
        Raise("7", Wanted("time=127"), at: 10, difference: 97);
        Assert.StartsWith("what came of the last changes of job 7", Consider("7", Wanted("time=128"))!.Refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void A_change_that_Slurm_itself_refused_is_given_back()
    {
        _ledger.List(Given.Listing(2, Given.Job(7, "PENDING", mark: 1)));
        Raise("7", Wanted("time=240"), at: 10);
        _ledger.List(Given.Listing(12, Given.Job(7, "PENDING", mark: 1)));
        _ledger.List(Given.Listing(13, Given.Job(7, "PENDING", mark: 1)));
        Outstanding(12m, 2);
        _ledger.List(Given.Listing(14, Given.Job(7, "PENDING", mark: 1)));
        Outstanding(6m, 1);
    }

    [Fact]
    public void A_job_that_moves_to_another_account_is_held_on_both_until_it_has()
    {
        _ledger.List(Given.Listing(2, Given.Job(7, "PENDING", mark: 1)));
        Raise("7", Wanted("account=fc_other"), at: 10);
        Assert.Equal((Given.Su(6m), Given.Su(6m)), (Book.Of(Given.Account).Amount, Book.Of("fc_other").Amount));
        _ledger.List(Given.Listing(12, Given.Job(7, "PENDING", mark: 1) with { Account = "fc_other" }));
        Assert.Equal((ServiceUnits.Zero, Given.Su(6m)), (Book.Of(Given.Account).Amount, Book.Of("fc_other").Amount));
        _ledger.Audit();
    }

    [Fact]
    public void A_raise_stays_held_when_the_job_is_shown_started_by_a_listing_from_before_it()
    {
        // 6.00, and 6.00 more; the listing was begun a second before the change.
        _ledger.List(Given.Listing(2, Given.Job(7, "PENDING", mark: 1)));
        Raise("7", Wanted("time=240"), at: 70);
        _ledger.List(Given.Listing(69, Given.Job(7, "RUNNING", mark: 1)));
        Outstanding(12m, 2);

        // Somebody else's jobs, later, say nothing of it either; the next of all does.
        _ledger.List(Given.Listing(74) with { User = 4711 });
        Outstanding(12m, 2);
        _ledger.List(Given.Listing(75, Given.Job(7, "RUNNING", mark: 1) with { TimeLimit = FourHours }));
        Outstanding(12m, 1);
    }

    [Fact]
    public void A_raised_job_that_starts_is_charged_for_all_of_it_and_held_no_more()
    {
        _ledger.List(Given.Listing(2, Given.Job(7, "PENDING", mark: 1)));
        Raise("7", Wanted("time=240"), at: 10);
        _ledger.List(Given.Listing(70, Given.Job(7, "RUNNING", mark: 1) with { TimeLimit = FourHours }));
        Outstanding(12m, 1);
        _ledger.ConfirmAll();
        Outstanding(0m, 0);
        Sent("Charge 7 12.00");
    }

    [Fact]
    public void What_a_running_job_may_cost_beyond_its_charge_is_held_and_the_bank_is_told_once_at_the_end()
    {
        _ledger.List(Given.Listing(90, Given.Job(7, "RUNNING", mark: 1)));
        _ledger.ConfirmAll();
        var consequence = Consider("7", Wanted("time=240"));
        Assert.Equal((Given.Su(12m), Given.Su(6m)), (consequence!.Total, consequence.More));
        Raise("7", Wanted("time=240"), at: 100);
        Outstanding(6m, 1);
        _ledger.List(Given.Listing(102, Given.Job(7, "RUNNING", mark: 1) with { TimeLimit = FourHours }));
        Outstanding(6m, 1);
        Assert.Empty(Book.Holds);

        // Asked once more, as for every record of an array: nothing is to be added.
        Assert.Equal(ServiceUnits.Zero, Consider("7", Wanted("time=240"))!.More);

        // Lowered below what was charged: only what was added comes back now.
        _ledger.List(Given.Listing(104, Given.Job(7, "RUNNING", mark: 1) with { TimeLimit = TimeSpan.FromHours(1) }));
        Outstanding(0m, 0);
        _ledger.End(Given.Ended(7, mark: 1));
        _ledger.ConfirmAll();
        Outstanding(0m, 0);
        Sent("Charge 7 6.00", "Settle 7 3.00");
        _ledger.Audit();
    }

    [Fact]
    public void What_another_sidecar_charged_before_a_raise_is_topped_up()
    {
        _ledger.List(Given.Listing(90, Given.Job(7, "RUNNING", mark: 1) with { TimeLimit = FourHours }));
        Outstanding(12m, 1);
        var run = Assert.Single(Book.Runs);
        _ledger.Take(_ledger.Life.Delivered(run.Key, DeliveryKind.Charge, parked: false, Given.Noon, stored: Given.Su(6m))!.Value.Changes);
        Outstanding(6m, 1);
        _ledger.List(Given.Listing(95, Given.Job(7, "RUNNING", mark: 1) with { TimeLimit = FourHours }));
        Outstanding(6m, 1);
    }

    [Fact]
    public void A_running_job_that_gets_more_is_held_for_more()
    {
        _ledger.List(Given.Listing(90, Given.Job(7, "RUNNING", mark: 1)));
        _ledger.ConfirmAll();
        _ledger.List(Given.Listing(95, Given.Job(7, "RUNNING", mark: 1) with { Tres = TresCounts.Of(("cpu", 8), ("node", 2)) }));
        Outstanding(6m, 1);
    }

    [Fact]
    public void Of_an_array_a_task_that_runs_is_told_from_those_that_wait()
    {
        var waiting = Given.Job(20, "PENDING", mark: 1) with { ArrayJobId = 20, Tasks = 3 };
        var running = Given.Job(21, "RUNNING", mark: 1) with { ArrayJobId = 20, Task = 4 };
        _ledger.List(Given.Listing(90, waiting, running));
        Assert.Equal("21", Assert.Single(Consider("20_4", Wanted("time=240"))!.Expected).Run?.JobId.ToString());
        Assert.Null(Assert.Single(Consider("20_5", Wanted("time=240"))!.Expected).Run);

        // One that runs and one that waits; three that wait and one that runs.
        Assert.Equal(Given.Su(12m), Consider("20_[4-5]", Wanted("time=240"))!.More);
        Assert.Equal(Given.Su(24m), Consider("20", Wanted("time=240"))!.More);
        Assert.Equal(ServiceUnits.Zero, Consider("20_4", Wanted("cpus=16"))!.More);
    }

    [Theory]
    [InlineData("12", 12, "", null)]
    [InlineData("12_3", 12, "3", null)]
    [InlineData("12_[1-5,7]", 12, "[1-5,7]", null)]
    [InlineData("12_1-5", 12, "1-5", null)]
    [InlineData("12+0", 12, "", 0)]
    [InlineData("12+3", 12, "", 3)]
    public void A_selector_is_read(string text, int job, string tasks, int? component)
    {
        Assert.True(JobSelector.TryParse(text, out var selector));
        Assert.Equal(new JobSelector((uint)job, tasks, (uint?)component), selector);
    }

    [Theory]
    [InlineData("[1-5,7]", 6, new uint[] { 1, 3, 5, 7 }, new uint[] { 0, 6, 8 })]
    [InlineData("0-9:3", 4, new uint[] { 0, 3, 9 }, new uint[] { 1, 8, 12 })]
    [InlineData("4", 1, new uint[] { 4 }, new uint[] { 3, 5 })]
    public void The_tasks_of_a_selector_are_counted_and_told_apart(string tasks, int count, uint[] meant, uint[] others)
    {
        var selector = new JobSelector(12, tasks);
        Assert.Equal(count, selector.Count);
        Assert.All(meant, task => Assert.True(selector.Means(task)));
        Assert.All(others, task => Assert.False(selector.Means(task)));
        Assert.False(selector.Means(null));
    }

    [Theory]
    [InlineData("")]
    [InlineData("s4BFZ2J5V8R40")] // an SLUID
    [InlineData("-1")]
    [InlineData("12_")]
    [InlineData("12_x")]
    [InlineData("12+")]
    [InlineData("12+1+2")]
    [InlineData("99999999999")]
    public void What_names_no_job_is_told_so(string text) => Assert.False(JobSelector.TryParse(text, out _));

    private static JobRequest Wanted(string change)
    {
        var nothing = new JobRequest { Uid = Given.Uid };
        var (name, value) = change.Split('=') is [var key, var text] ? (key, text) : (change, "");
        return name switch
        {
            "time" when value == "unlimited" => nothing with { TimeUnlimited = true },
            "time" => nothing with { TimeLimit = TimeSpan.FromMinutes(int.Parse(value)) },
            "cpus" => nothing with { MinCpus = int.Parse(value) },
            "nodes" => nothing with { MinNodes = int.Parse(value) },
            "tasks" => nothing with { Tasks = int.Parse(value) },
            "partition" => nothing with { Partitions = value.Split(',') },
            "qos" => nothing with { Qos = value },
            "account" => nothing with { Account = value },
            _ => throw new ArgumentOutOfRangeException(nameof(change), change, null),
        };
    }

    private Consequence? Consider(string job, JobRequest wanted, int? mark = null) =>
        _ledger.Life.Consider(job, mark is { } id ? Given.Id(id) : null, wanted, Given.Cluster, Given.Settings());

    private void Raise(string selector, JobRequest wanted, int at, int difference = 99)
    {
        var consequence = Consider(selector, wanted)!;
        var hold = Given.Hold(difference, consequence.More.Value) with
        {
            Account = consequence.Account,
            Submitted = Given.Noon.AddSeconds(at),
        };
        _ledger.Raise(hold, consequence);
    }

    private void Outstanding(decimal amount, int jobs) => Assert.Equal(new Tally(Given.Su(amount), jobs), Book.Of(Given.Account));

    private void Sent(params string[] deliveries) =>
        Assert.Equal(deliveries, _ledger.Sent.Select(static sent => $"{sent.Kind} {sent.Run.JobId} {sent.Job.Amount}"));
}
