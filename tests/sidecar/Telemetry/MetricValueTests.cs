using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using SlurmBanking.Sidecar.ClusterView;
using SlurmBanking.Sidecar.Lifecycle;
using SlurmBanking.Sidecar.Tests.Intake;
using SlurmBanking.Wire.Hooks;

namespace SlurmBanking.Sidecar.Tests.Telemetry;

/// <summary>What the metrics come to after events that are counted by hand.</summary>
public sealed class MetricValueTests : IDisposable
{
    private const string Plenty = """{"success":true,"message":"A job with job_cost 999999999.99 can be submitted."}""";
    private const string Ten =
        """{"success":false,"message":"Adding job_cost 999999999.99 to account balance 0.00 would exceed account allocation 10.00."}""";
    private const string TenFits = """{"success":true,"message":"A job with job_cost 10.00 can be submitted."}""";

    private readonly Counter _counter = new();
    private readonly Readings _readings;

    public MetricValueTests() => _readings = new Readings(_counter.Metrics);

    public void Dispose()
    {
        _readings.Dispose();
        _counter.Dispose();
    }

    [Fact]
    public void A_headroom_is_read_once_and_then_known_and_missed_while_the_bank_is_away()
    {
        _counter.Bank.Answers(200, Plenty);
        Submit(1);
        Submit(2);
        Submit(3);
        _counter.Bank.Health.RefusedToken(401);
        Submit(4, "fc_new");
        Assert.Equal(
            (1, 2, 1),
            (
                _readings["headroom.lookups{outcome=read}"],
                _readings["headroom.lookups{outcome=hit}"],
                _readings["headroom.lookups{outcome=miss}"]
            )
        );
        Assert.Equal(3, _readings["decisions{request=submit,answer=accept,reason=Fits}"]);
        Assert.Equal(1, _readings["decisions{request=submit,answer=accept,reason=BankUnavailable}"]);
    }

    [Fact]
    public void A_bank_that_gives_no_answer_is_a_miss()
    {
        _counter.Bank.Throws(new HttpRequestException("no route"));
        _counter.Bank.Throws(new HttpRequestException("no route"));
        Submit(1);
        Assert.Null(_readings["headroom.lookups{outcome=hit}"]);
    }

    [Fact]
    public void What_does_not_fit_is_refused_and_counted_with_its_reason()
    {
        _counter.Bank.Answers(200, Ten).Answers(200, TenFits);

        // 4 CPUs for 2 hours at 0.75 are 6.00 SU: one fits into 10.
        Submit(1);
        Submit(2);
        Assert.Equal(
            (1, 1),
            (
                _readings["decisions{request=submit,answer=accept,reason=Fits}"],
                _readings["decisions{request=submit,answer=refuse,reason=Insufficient}"]
            )
        );
    }

    [Fact]
    public async Task The_sweep_counts_ends_and_gone_holds_that_nobody_had_told_of()
    {
        _counter.Bank.Answers(200, Plenty);
        Submit(1);
        Submit(2);

        // Of job 7 the listing tells that it is over; of hold 2 two listings show nothing. The clock of the counter is the real one.
        var now = (int)(DateTimeOffset.UtcNow - Given.Noon).TotalSeconds;
        var over = Given.Job(7, "COMPLETED", mark: 1);
        await _counter.Teller.SweepAsync(Given.Listing(now + 60, over), Given.Cluster);
        await _counter.Teller.SweepAsync(Given.Listing(now + 90, over), Given.Cluster);
        await _counter.Teller.SweepAsync(Given.Listing(now + 120, over), Given.Cluster);
        Assert.Equal((1, 1), (_readings["sweep.findings{kind=end}"], _readings["sweep.findings{kind=released}"]));
        Submit(3);
        await _counter.Teller.SweepAsync(Given.Listing(now + 150, over, Given.Job(8, "RUNNING", mark: 3)), Given.Cluster);
        Assert.Equal((1, 1), (_readings["sweep.findings{kind=end}"], _readings["sweep.findings{kind=released}"]));
    }

    [Fact]
    public async Task A_settlement_adds_what_the_run_cost_once_the_bank_has_it_and_not_when_it_is_parked()
    {
        // 4 CPUs for an hour at 0.75 SU, twice; the second is refused by the bank.
        await _counter.Teller.EndAsync(Given.Ended(7, mark: 1));
        await _counter.Teller.EndAsync(Given.Ended(8, mark: 2));
        var due = _counter.Journal.ReadDue(10).OrderBy(static pending => pending.Seq).ToList();
        Assert.Equal(["7", "8"], due.Select(static pending => pending.Delivery.Job.JobSlurmId));
        Assert.Null(_readings["settled.amount"]);
        await _counter.Teller.EndDelivery(due[0], isFinal: true, parked: false, wasThere: false, static _ => { });
        await _counter.Teller.EndDelivery(due[1], isFinal: true, parked: true, wasThere: false, static _ => { });
        Assert.Equal(3, _readings["settled.amount"]);
    }

    [Fact]
    public void A_changed_configuration_is_counted_as_accepted_or_rejected_and_an_unchanged_one_not_at_all()
    {
        var good = File.ReadAllText(_counter.Paths.ConfigFile);
        _counter.Configure(good);
        Assert.Null(_readings["configuration.reloads{result=accepted}"]);
        _counter.Configure(good + "PartitionPrice.free = 1\n");
        _counter.Configure("PartitionPrice = 7\n");
        _counter.Configure("PartitionPrice = \n");
        _counter.Configure(good);
        Assert.Equal((2, 2), (_readings["configuration.reloads{result=accepted}"], _readings["configuration.reloads{result=rejected}"]));
    }

    [Fact]
    public async Task A_job_without_any_account_counts_once_however_often_it_is_listed()
    {
        var job = Given.Job(7, "RUNNING") with { Account = "" };
        await _counter.Teller.SweepAsync(Given.Listing(90, job), Given.Cluster);
        await _counter.Teller.SweepAsync(Given.Listing(120, job), Given.Cluster);
        Assert.Equal(1, _readings["jobs.unbillable"]);
    }

    [Fact]
    public void Reports_count_by_kind_and_what_can_not_be_read_counts_too()
    {
        using (var plugin = new Plugin(_counter.Paths.HookSocket))
        {
            plugin.Ask(
                new Request
                {
                    Hello = new Hello { Protocol = 1, Hook = Hook.Jobcomp },
                }
            );
            for (uint job = 1; job <= 3; job++)
            {
                plugin.Ask(
                    new Request
                    {
                        Start = new Start { JobId = job, Node = "n1" },
                    }
                );
            }

            plugin.Ask(
                new Request
                {
                    End = new End { JobId = 1, TotalCpus = 1 },
                }
            );
            plugin.Send([0, 0, 0, 1, 0xff]);
            Assert.Null(plugin.Receive());
        }

        Assert.Equal((3, 1, 1), (_readings["facts{kind=start}"], _readings["facts{kind=end}"], _readings["frames.bad"]));
    }

    [Fact]
    public async Task The_age_of_the_sweep_counts_from_the_begin_of_the_last_whole_listing()
    {
        var time = new FakeTimeProvider(Given.Noon);
        using var sweeper = new Sweeper(
            new StillSlurm(),
            _counter.View,
            _counter.Teller,
            _counter.Duty,
            _counter.Journal,
            _counter.Metrics,
            time,
            NullLogger<Sweeper>.Instance
        );
        Assert.Equal(TimeSpan.Zero, sweeper.Age);
        time.Advance(TimeSpan.FromMinutes(10));
        await sweeper.TurnAsync(CancellationToken.None);
        time.Advance(TimeSpan.FromSeconds(42));
        Assert.Equal(TimeSpan.FromSeconds(42), sweeper.Age);
        Assert.Equal(Given.Noon.AddMinutes(10), _counter.View.Sweep!.Begun);
    }

    private void Submit(int hold, string account = Given.Account) =>
        _counter.Teller.Submit(Given.Id(hold), Given.Request() with { Account = account, Tasks = 4, TimeLimit = TimeSpan.FromHours(2) });
}
