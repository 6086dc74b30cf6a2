using SlurmBanking.Sidecar.ClusterView;
using SlurmBanking.Sidecar.Lifecycle;
using SlurmBanking.Sidecar.Pricing;
using SlurmBanking.Sidecar.Reconciliation;

namespace SlurmBanking.Sidecar.Tests.Reconciliation;

/// <summary>Which run of which job a record of accounting is. Times are minutes after noon.</summary>
public sealed class RunNumberingTests
{
    [Fact]
    public void Runs_of_a_requeued_job_are_numbered_in_the_order_of_their_submission()
    {
        var runs = RunNumbering.Number([Record(130, 140, 190), Record(0, 1, 60, "NODE_FAIL"), Record(60, 70, 130, "REQUEUED")]);
        Assert.Equal([0u, 1u, 2u], runs.Select(static run => run.Facts.Restart));
        Assert.Equal([1, 70, 140], runs.Select(static run => Minutes(run.Facts.Start)));
        Assert.All(runs, static run => Assert.Equal(0, Minutes(run.Queued)));
    }

    [Fact]
    public void A_job_that_was_requeued_by_hand_a_while_after_it_had_ended_is_the_same_job() =>
        Assert.Equal([0u, 1u], Restarts(Record(0, 1, 60), Record(119, 121, 130)));

    [Fact]
    public void A_job_id_that_comes_round_again_begins_anew()
    {
        var runs = RunNumbering.Number([Record(0, 1, 60), Record(121, 122, 130)]);
        Assert.Equal([(0u, 0), (0u, 121)], runs.Select(static run => (run.Facts.Restart, Minutes(run.Queued))));
    }

    [Fact]
    public void The_mark_says_whose_a_run_is_whatever_the_times_say()
    {
        Assert.Equal([0u, 1u], Restarts(Record(0, 1, 60, mark: 1), Record(600, 601, 630, mark: 1)));
        Assert.Equal([0u, 0u], Restarts(Record(0, 1, 60, mark: 1), Record(60, 61, 90, mark: 2)));
    }

    [Fact]
    public void Another_users_job_is_another_job() =>
        Assert.Equal([0u, 0u], Restarts(Record(0, 1, 60), Record(60, 61, 90) with { Uid = 2000 }));

    [Fact]
    public void A_run_that_waits_again_is_the_next_one_and_is_not_over()
    {
        var runs = RunNumbering.Number([Record(0, 1, 60, "REQUEUED"), Record(60, null, null, "PENDING")]);
        Assert.Equal([(0u, true), (1u, false)], runs.Select(static run => (run.Facts.Restart, run.IsOver)));
    }

    [Theory]
    [InlineData("RUNNING", 1, null, 4, false)]
    [InlineData("PENDING", null, null, 0, false)]
    [InlineData("CANCELLED", 60, 60, 0, false)]
    [InlineData("CANCELLED", 1, 60, 4, true)]
    [InlineData("COMPLETED", 1, 60, 4, true)]
    [InlineData("NODE_FAIL", 1, 60, 4, true)]
    public void Over_is_what_had_resources_and_has_ended(string state, int? start, int? end, int cpus, bool over)
    {
        var record = Record(0, start, end, state) with { Tres = cpus == 0 ? TresCounts.None : TresCounts.Of(("cpu", cpus)) };
        Assert.Equal(over, Assert.Single(RunNumbering.Number([record])).IsOver);
    }

    [Fact]
    public void The_sizes_of_a_job_that_was_resized_are_one_run()
    {
        // 60 minutes of 4 CPUs and 30 of 2; the next size is submitted and started when the one before ends.
        var small = Record(60, 60, 90) with
        {
            Tres = TresCounts.Of(("cpu", 2)),
        };
        var joined = Assert.Single(SacctOutput.Joined([small, Record(0, 0, 60, "RESIZING") with { Tres = TresCounts.Of(("cpu", 4)) }]));
        var run = Assert.Single(RunNumbering.Number([joined]));
        Assert.Equal((0u, 0, 0, 90), (run.Facts.Restart, Minutes(run.Facts.Submit), Minutes(run.Facts.Start), Minutes(run.Facts.End)));
        Assert.Equal(TimeSpan.FromMinutes(90), run.Facts.Elapsed);
        Assert.Equal([new Usage("cpu=4", 3600)], run.Facts.Before);
        Assert.True(run.IsOver);
    }

    private static IEnumerable<uint> Restarts(params RunFacts[] records) =>
        RunNumbering.Number(records).Select(static run => run.Facts.Restart);

    private static int Minutes(DateTimeOffset? time) => (int)(time!.Value - Given.Noon).TotalMinutes;

    private static RunFacts Record(int submit, int? start, int? end, string state = "COMPLETED", int? mark = null) =>
        Given.Ended(7, mark) with
        {
            State = state,
            Submit = Given.Noon.AddMinutes(submit),
            Start = start is { } from ? Given.Noon.AddMinutes(from) : null,
            End = end is { } to ? Given.Noon.AddMinutes(to) : null,
            Elapsed = TimeSpan.FromMinutes((end - start) ?? 0),
        };
}
