using SlurmBanking.Sidecar.ClusterView;
using SlurmBanking.Sidecar.Lifecycle;
using SlurmBanking.Sidecar.Pricing;
using SlurmBanking.Wire.Hooks;

namespace SlurmBanking.Sidecar.Tests.Intake;

/// <summary>Changes of jobs, asked as the job_submit plugin asks, of an account of 60 SU in which a job of 48 waits.</summary>
public sealed class ModificationTests : IDisposable
{
    private readonly Counter _counter = new();
    private readonly Plugin _plugin;

    public ModificationTests()
    {
        const string UpTo60 =
            """{"success":false,"message":"Adding job_cost 999999999.99 to account balance 0.00 would exceed account allocation 60.00."}""";
        _counter.Bank.Answers(200, UpTo60).Answers(200, """{"success":true,"message":"A job with job_cost 60.00 can be submitted."}""");
        _plugin = new Plugin(_counter.Paths.HookSocket);
        _plugin.Ask(
            new Request
            {
                Hello = new Hello { Protocol = 1, Hook = Hook.JobSubmit },
            }
        );

        // 16 CPUs × 4 h × 0.75
        var job = Given.Job(7, "PENDING", mark: 1) with
        {
            Tres = TresCounts.Of(("cpu", 16), ("node", 1)),
            TimeLimit = TimeSpan.FromHours(4),
        };
        _counter.Teller.SweepAsync(Given.Listing(0, job), Given.Cluster).GetAwaiter().GetResult();
    }

    public void Dispose()
    {
        _plugin.Dispose();
        _counter.Dispose();
    }

    [Fact]
    public void What_fits_is_held_and_what_does_not_is_refused_with_the_difference()
    {
        Assert.Equal((Verdict.Types.Answer.Accept, ""), Ask("7", minutes: 300));
        Assert.Equal(new BookTotals(2, Given.Su(60), 1, 0, 0), _counter.Teller.Totals());

        // The same again, as for each record of an array, and a reduction, of which the queue tells.
        Assert.Equal((Verdict.Types.Answer.Accept, ""), Ask("7", minutes: 300));
        Assert.Equal((Verdict.Types.Answer.Accept, ""), Ask("7", minutes: 60));
        Assert.Equal(Given.Su(60), _counter.Teller.Totals().Held);
        Assert.Equal(
            (
                Verdict.Types.Answer.Refuse,
                "slurm-banking: account fc_abc can't afford this change: the job may then cost up to 72.00 SU "
                    + "(16 CPUs x 6:00:00 x 0.75 SU/CPU-h), 12.00 more than now; 0.00 available, 60.00 held by 2 jobs"
            ),
            Ask("7", minutes: 360)
        );
    }

    [Fact]
    public void Of_somebody_whom_Slurm_may_turn_away_nothing_is_held()
    {
        var wanted = new List<TimeSpan>();
        _counter.Teller.SweepWanted += (_, delay) => wanted.Add(delay);
        Assert.Equal((Verdict.Types.Answer.Accept, ""), Ask("7", minutes: 300, actor: 4711));
        Assert.Equal(Given.Su(48), _counter.Teller.Totals().Held);

        // Whether Slurm did it is looked up at once.
        Assert.Equal([Sweeper.AfterStart], wanted);
    }

    [Theory]
    [InlineData("8")]
    [InlineData("s4BFZ2J5V8R40")]
    [InlineData("")]
    public void A_job_that_is_not_known_is_not_changed(string job)
    {
        var (answer, message) = Ask(job, minutes: 1);
        Assert.Equal(Verdict.Types.Answer.Refuse, answer);
        Assert.Contains($"job {job} is not known to the bank yet", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_job_that_the_queue_has_not_shown_is_known_by_its_mark()
    {
        // 1 CPU for 1 h × 0.75, twice.
        Submit(4);
        Submit(5);
        Assert.Equal(Given.Su(49.5m), _counter.Teller.Totals().Held);
        Assert.Equal(Verdict.Types.Answer.Refuse, Ask("8", minutes: 120).Answer);
        Assert.Equal(Verdict.Types.Answer.Accept, Ask("8", minutes: 120, mark: 5).Answer);
        Assert.Equal(Given.Su(50.25m), _counter.Teller.Totals().Held);
    }

    [Fact]
    public void Switched_off_nothing_is_refused()
    {
        _counter.Configure(File.ReadAllText(_counter.Paths.ConfigFile) + "Enable.enable_job_submit_plugin = false\n");
        var wanted = Given.Request() with { TimeLimit = TimeSpan.FromDays(9) };
        var decision = _counter.Teller.Modify(Given.Id(2), "7", null, actorMay: true, wanted);
        Assert.Equal(Decision.Accept(DecisionReason.Disabled), decision);
        Assert.Equal(Given.Su(48), _counter.Teller.Totals().Held);
    }

    [Theory]
    [InlineData("allow", true)]
    [InlineData("deny", false)]
    public void While_the_view_is_empty_the_outage_policy_applies(string policy, bool accepted)
    {
        using var counter = new Counter($"Policy.when_bank_unavailable = \"{policy}\"", ready: false);
        var decision = counter.Teller.Modify(Given.Id(2), "7", null, actorMay: true, Given.Request());
        Assert.Equal((accepted, DecisionReason.ViewUnavailable), (decision.Accepted, decision.Reason));
    }

    [Fact]
    public void Observing_refuses_nothing_and_holds_the_difference()
    {
        _counter.Configure(File.ReadAllText(_counter.Paths.ConfigFile) + "Policy.mode = \"observe\"\n");
        var wanted = Given.Request() with { TimeLimit = TimeSpan.FromHours(6) };
        var decision = _counter.Teller.Modify(Given.Id(2), "7", null, actorMay: true, wanted);

        // 16 CPUs × 6 h × 0.75
        Assert.Equal((true, DecisionReason.Insufficient), (decision.Accepted, decision.Reason));
        Assert.Equal(Given.Su(72), _counter.Teller.Totals().Held);
    }

    private (Verdict.Types.Answer Answer, string Message) Ask(string job, uint minutes, uint actor = Given.Uid, int? mark = null)
    {
        var modification = new Modification
        {
            Job = job,
            Actor = actor,
            Wanted = new Submission { Uid = Given.Uid, TimeLimitMinutes = minutes },
            HoldId = mark is { } id ? Given.Id(id).ToString() : "",
        };
        var verdict = _plugin.Ask(new Request { Modification = modification }).Verdict;
        return (verdict.Answer, verdict.Message);
    }

    private void Submit(int id)
    {
        var (decision, _) = _counter.Teller.Submit(Given.Id(id), Given.Request());
        Assert.True(decision.Accepted, decision.Message);
    }
}
