using SlurmBanking.Sidecar.ClusterView;
using SlurmBanking.Sidecar.Lifecycle;
using SlurmBanking.Sidecar.Pricing;

namespace SlurmBanking.Sidecar.Tests.Lifecycle;

/// <summary>
/// A job of 8 CPUs on two nodes that goes on with 4 on one after 20 of its 60 minutes, whoever tells: 8 × 20 min + 4 × 40 min at 0.75
/// SU an hour are 4.00 SU.
/// </summary>
public sealed class ResizedJobTests
{
    private static readonly TresCounts Two = TresCounts.Of(("cpu", 8), ("node", 2));
    private static readonly TresCounts One = TresCounts.Of(("cpu", 4), ("node", 1));

    private readonly Ledger _ledger = new();

    private static QueueJob Running(TresCounts tres, int minutes) =>
        Given.Job(7, "RUNNING", mark: 1) with
        {
            Tres = tres,
            Elapsed = TimeSpan.FromMinutes(minutes),
        };

    private static RunFacts Resizing =>
        Given.Ended(7, mark: 1) with
        {
            Resizing = true,
            State = "RUNNING",
            Tres = Two,
            End = Given.Noon.AddMinutes(21),
            Elapsed = TimeSpan.FromMinutes(20),
        };

    private static RunFacts End => Given.Ended(7, mark: 1) with { Tres = One };

    // 8 CPUs for its limit of 2 hours: 12.00.
    private const string Charged = "Charge 7 12.00 RUNNING";

    [Fact]
    public void Jobcomp_tells()
    {
        _ledger.List(Given.Listing(90, Running(Two, 1)));
        _ledger.End(Resizing);
        _ledger.End(Resizing);
        _ledger.End(End);
        Sent(Charged, "Settle 7 4.00 COMPLETED");
        Assert.Equal(5.333333m, _ledger.Sent[1].Job.CpuTime);
    }

    [Fact]
    public void Jobcomp_tells_and_the_queue_shows_both_sizes()
    {
        _ledger.List(Given.Listing(90, Running(Two, 1)));
        _ledger.End(Resizing);
        _ledger.List(Given.Listing(1270, Running(Two, 20)));
        _ledger.List(Given.Listing(1860, Running(One, 30)));
        _ledger.List(Given.Listing(2460, Running(One, 40)));
        _ledger.End(End);
        Sent(Charged, "Settle 7 4.00 COMPLETED");
    }

    [Fact]
    public void The_queue_alone_tells_when_it_is_listed()
    {
        _ledger.List(Given.Listing(90, Running(Two, 1)));
        _ledger.List(Given.Listing(1260, Running(One, 20)));
        _ledger.List(Given.Listing(9000, Given.Job(7, "COMPLETED", mark: 1) with { Tres = One }));
        Sent(Charged, "Settle 7 4.00 COMPLETED");
    }

    [Fact]
    public void A_run_that_nobody_saw_start_is_charged_when_its_size_changes()
    {
        _ledger.End(Resizing);
        _ledger.End(End);
        Sent(Charged, "Settle 7 4.00 COMPLETED");
    }

    [Fact]
    public void Two_changes_are_two()
    {
        // 8 × 20 min + 4 × 10 min + 2 × 30 min at 0.75 an hour
        _ledger.End(Resizing);
        _ledger.List(Given.Listing(1860, Running(One, 25)));
        _ledger.End(Resizing with { Tres = One, Elapsed = TimeSpan.FromMinutes(30) });
        _ledger.End(End with { Tres = TresCounts.Of(("cpu", 2), ("node", 1)) });
        Sent(Charged, "Settle 7 3.25 COMPLETED");
    }

    [Fact]
    public void The_longest_times_and_the_most_cpus_that_a_record_can_hold_are_no_fault()
    {
        var start = new DateTimeOffset(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);
        var end = new DateTimeOffset(9999, 12, 31, 0, 0, 0, TimeSpan.Zero);
        var record = End with
        {
            Start = start,
            End = end,
            Elapsed = end - start,
            TimeLimit = TimeSpan.FromMinutes(uint.MaxValue),
            Tres = TresCounts.Of(("cpu", uint.MaxValue)),
        };
        _ledger.End(record with { Resizing = true });
        _ledger.End(record);
        Sent("Charge 7 999999999.99 RUNNING", "Settle 7 999999999.99 COMPLETED");
    }

    [Theory]
    [InlineData("1772366460", "3600")] // as 22.05 has it: both rows begin with the run
    [InlineData("1772367660", "2400")] // each begins with its size
    public void Accounting_tells_of_each_size(string start, string elapsed)
    {
        _ledger.List(Given.Listing(90, Running(Two, 1)));
        var past = SacctOutput.Runs([
            Line($"7|7|1000|fc_abc|normal||COMPLETED|1772366400|{start}|1772370060|{elapsed}|120|n1|cpu=4,node=1|"),
            Line("7|7|1000|fc_abc|normal||RESIZING|1772366400|1772366460|1772367660|1200|120|n[1-2]|cpu=8,node=2|"),
        ]);
        Assert.Equal(0, Assert.Single(past).Order);
        _ledger.Take(_ledger.Life.Recalled(past, Given.Settings()));
        Sent(Charged, "Settle 7 4.00 COMPLETED");
    }

    private static RunFacts Line(string fields) =>
        SacctOutput.Record(fields.Replace('|', '\x1f') + "slurm-banking:00000001000000000000000000000001:6.00");

    private void Sent(params string[] expected) =>
        Assert.Equal(
            expected,
            _ledger.Sent.Select(static delivery =>
                $"{delivery.Kind} {delivery.Job.JobSlurmId} {delivery.Job.Amount} {delivery.Job.JobStatus}"
            )
        );
}
