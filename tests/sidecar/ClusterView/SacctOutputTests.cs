using SlurmBanking.Sidecar.ClusterView;
using SlurmBanking.Sidecar.Lifecycle;

namespace SlurmBanking.Sidecar.Tests.ClusterView;

/// <summary>What sacct prints, field by field (sacct(1), --format).</summary>
public sealed class SacctOutputTests
{
    private const string Mark = "slurm-banking:00000000000000000000000000000001:6.00";

    [Fact]
    public void A_run_that_is_over_is_read_in_full()
    {
        var run = Assert.Single(
            Runs(
                Line(
                    "12|10_3|1000|fc_abc|normal|low|CANCELLED by 1000|1772366400|1772366460|1772370060|3540|120|n[1-2]|cpu=8,mem=16G,node=2|note "
                        + Mark
                )
            )
        );
        var facts = run.Facts;
        Assert.Equal(
            (12u, (uint?)10u, 1000u, "fc_abc", "normal", "low"),
            (facts.JobId, facts.ArrayJobId, facts.Uid, facts.Account, facts.Partition, facts.Qos)
        );
        Assert.Equal(("CANCELLED", TimeSpan.FromSeconds(3540), TimeSpan.FromHours(2)), (facts.State, facts.Elapsed, facts.TimeLimit));
        Assert.Equal((Given.Noon, Given.Noon.AddMinutes(1), Given.Noon.AddMinutes(61)), (facts.Submit, facts.Start, facts.End));
        Assert.Equal(("n[1-2]", 8L, Mark), (facts.Nodes, facts.Tres.Cpus, $"{facts.Mark}"));
    }

    [Fact]
    public void Runs_of_a_requeued_job_are_numbered_by_their_start_and_those_that_go_on_are_left_out()
    {
        var runs = Runs(
            Line("7|7|1|a|p||RUNNING|30|40|Unknown|9|1|n1|cpu=1|")
                + Line("7|7|1|a|p||NODE_FAIL|20|25|30|5|1|n1|cpu=1|")
                + Line("7|7|1|a|p||REQUEUED|5|10|20|10|1|n1|cpu=1|")
        );
        Assert.Equal([("REQUEUED", 0), ("NODE_FAIL", 1)], runs.Select(static run => (run.Facts.State, run.Order)));
    }

    [Fact]
    public void A_run_of_which_slurmdbd_has_heard_no_more_than_that_it_waits_is_left_out()
    {
        // As printed by Slurm 22.05 just after a job was requeued.
        var runs = Runs(
            Line("3|3|5|fc_1|debug|normal|REQUEUED|1795385330|1795385331|1795385333|2|1|n1|billing=1,cpu=1,mem=1M,node=1|" + Mark)
                + Line("3|3|0|||Unknown|PENDING|1795385333|1795385334|Unknown|0||n1||")
        );
        Assert.Equal(("REQUEUED", 1L, 0), (Assert.Single(runs).Facts.State, runs[0].Facts.Tres.Cpus, runs[0].Order));
    }

    [Fact]
    public void A_job_that_never_got_nodes_has_no_cpus() =>
        Assert.Equal(0, Assert.Single(Runs(Line("7|7|1|a|p||CANCELLED|5|10|10|0|UNLIMITED|None assigned||"))).Facts.Tres.Cpus);

    [Theory]
    [InlineData("7|7|1\n")]
    [InlineData("x|7|1|a|p||CANCELLED|5|10|10|0|1|n1|cpu=1|\n")]
    [InlineData("7|7|x|a|p||CANCELLED|5|10|10|0|1|n1|cpu=1|\n")]
    public void What_was_not_asked_for_is_not_acted_on(string line) =>
        Assert.Throws<FormatException>(() => Runs(line.Replace('|', '\x1f')));

    private static string Line(string text) => text.Replace('|', '\x1f') + '\n';

    private static IReadOnlyList<PastRun> Runs(string output) =>
        SacctOutput.Runs(output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(SacctOutput.Record));
}
