using SlurmBanking.BankApi;
using SlurmBanking.BankConfig;
using SlurmBanking.Sidecar.ClusterView;
using SlurmBanking.Sidecar.Lifecycle;
using SlurmBanking.Sidecar.Pricing;
using SlurmBanking.Sidecar.Reconciliation;
using SlurmBanking.Terms;

namespace SlurmBanking.Sidecar.Tests.Reconciliation;

/// <summary>What the bank should have of a run, and how what it has differs. normal: 0.75 SU per CPU-hour.</summary>
public sealed class ComparisonTests
{
    private readonly JobLife _life = new(new Book(), Given.Noon.AddYears(1));

    // 4 CPUs × 1 h × 0.75 = 3.00.
    [Theory]
    [InlineData("3.00", "COMPLETED", null)]
    [InlineData("3.01", "COMPLETED", "Amount")]
    [InlineData("3.00", "RUNNING", "Open")]
    [InlineData("6.00", "RUNNING", "Open")]
    public void What_the_bank_has_is_right_or_differs(string amount, string status, string? kind)
    {
        Assert.True(ServiceUnits.TryParse(amount, out var told));
        var difference = Comparison.Of(Expect(Given.Ended(7)), Stored() with { Amount = told, JobStatus = status }, refusal: null);
        Assert.Equal(kind, difference?.Kind.ToString());
        Assert.True(difference is null || (difference.Expected, difference.Told) == (Given.Su(3), told));
    }

    [Fact]
    public void What_the_bank_does_not_have_is_missing()
    {
        var difference = Comparison.Of(Expect(Given.Ended(7)), stored: null, refusal: null)!;
        Assert.Equal(
            (DifferenceKind.Missing, "7", Given.Account, "1000"),
            (difference.Kind, difference.BankId, difference.Account, difference.User)
        );
        Assert.Equal(((ServiceUnits?)Given.Su(3), (ServiceUnits?)null), (difference.Expected, difference.Told));
        Assert.True(difference.CanBePosted);
    }

    [Fact]
    public void A_later_run_has_an_id_of_its_own() => Assert.Equal("7:2", Expect(Given.Ended(7, restart: 2)).BankId);

    [Theory]
    [InlineData("userid")]
    [InlineData("accountid")]
    [InlineData("dates")]
    public void Another_jobs_record_is_not_overwritten(string what)
    {
        var later = Given.Noon.AddDays(1);
        var stored = what switch
        {
            "userid" => Stored() with { UserId = "2000" },
            "accountid" => Stored() with { AccountId = "fc_other" },
            _ => Stored() with { SubmitDate = later, StartDate = later },
        };
        var difference = Comparison.Of(Expect(Given.Ended(7)), stored, refusal: null)!;
        Assert.Equal((DifferenceKind.Conflict, false), (difference.Kind, difference.CanBePosted));
        Assert.StartsWith(
            $"the bank's record is of user {stored.UserId}, account {stored.AccountId}",
            difference.Note,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_record_that_somebody_wrote_without_dates_is_the_runs() =>
        Assert.Equal(
            DifferenceKind.Amount,
            Comparison.Of(Expect(Given.Ended(7)), Stored() with { SubmitDate = null, StartDate = null, Amount = Given.Su(1) }, null)!.Kind
        );

    [Fact]
    public void A_refused_settlement_is_a_dead_letter_and_not_posted_again()
    {
        var difference = Comparison.Of(Expect(Given.Ended(7)), stored: null, "status 400: no such account")!;
        Assert.Equal(
            (DifferenceKind.Parked, "status 400: no such account", false),
            (difference.Kind, difference.Note, difference.CanBePosted)
        );
        Assert.Null(Comparison.Of(Expect(Given.Ended(7)), Stored(), "status 400: no such account"));
    }

    [Fact]
    public void A_settlement_on_its_way_is_waited_for()
    {
        _life.Ended(Given.Ended(7, mark: 1), doubtful: false, Given.Settings());
        var difference = Comparison.Of(Expect(Given.Ended(7, mark: 1)), stored: null, refusal: null)!;
        Assert.Equal((DifferenceKind.Waiting, false), (difference.Kind, difference.CanBePosted));
    }

    [Fact]
    public void Without_an_account_nobody_can_be_billed()
    {
        var difference = Comparison.Of(Expect(Given.Ended(7) with { Account = "" }), stored: null, refusal: null)!;
        Assert.Equal((DifferenceKind.Unbillable, true, false), (difference.Kind, difference.IsRemark, difference.CanBePosted));
        var settings = Given.Settings("[Policy]\ndefault_account = \"fc_default\"");
        Assert.Equal("fc_default", Expect(Given.Ended(7) with { Account = "" }, settings).Record!.AccountId);
    }

    [Fact]
    public void Where_nothing_has_a_price_nothing_is_missing()
    {
        var facts = Given.Ended(7) with { Partition = "free" };
        Assert.Equal(DifferenceKind.Unpriced, Comparison.Of(Expect(facts), stored: null, refusal: null)!.Kind);
        Assert.Equal(DifferenceKind.Amount, Comparison.Of(Expect(facts), Stored() with { Amount = Given.Su(1) }, refusal: null)!.Kind);
    }

    [Fact]
    public void A_refunded_end_costs_nothing()
    {
        var expected = Expect(Given.Ended(7) with { State = "NODE_FAIL" });
        Assert.Equal(Given.Su(0), expected.Record!.Amount);
        Assert.Equal(DifferenceKind.Amount, Comparison.Of(expected, Stored(), refusal: null)!.Kind);
    }

    // 89 s of 3 CPUs at 0.75: 0.055625 → 0.06.
    [Fact]
    public void A_cost_is_rounded_half_away_from_zero_to_hundredths() =>
        Assert.Equal(
            Given.Su(0.06m),
            Expect(Given.Ended(7) with { Tres = TresCounts.Of(("cpu", 3)), Elapsed = TimeSpan.FromSeconds(89) }).Record!.Amount
        );

    // Accounting's elapsed time is without suspended time: 30 minutes of the hour, 1.50 SU.
    [Fact]
    public void Suspended_time_costs_nothing() =>
        Assert.Equal(Given.Su(1.5m), Expect(Given.Ended(7) with { Elapsed = TimeSpan.FromMinutes(30) }).Record!.Amount);

    // 4 CPUs for 30 minutes, then 2 for 30: 1.50 + 0.75.
    [Fact]
    public void Of_a_resized_job_each_size_costs_what_it_was()
    {
        var big = Given.Ended(7) with { State = "RESIZING", End = Given.Noon.AddMinutes(31), Elapsed = TimeSpan.FromMinutes(30) };
        var small = Given.Ended(7) with
        {
            Submit = Given.Noon.AddMinutes(31),
            Start = Given.Noon.AddMinutes(31),
            Elapsed = TimeSpan.FromMinutes(30),
            Tres = TresCounts.Of(("cpu", 2)),
        };
        var run = Assert.Single(RunNumbering.Number(SacctOutput.Joined([big, small])));
        Assert.Equal(Given.Su(2.25m), Expectation.Of(_life, run, Given.Settings(), Given.Noon).Record!.Amount);
    }

    [Fact]
    public void What_started_before_prices_are_known_is_not_said_to_be_wrong()
    {
        var run = Accounted(Given.Ended(7));
        var expected = Expectation.Of(_life, run, Given.Settings(), pricesSince: Given.Noon.AddMinutes(2));
        var difference = Comparison.Of(expected, Stored() with { Amount = Given.Su(1) }, refusal: null)!;
        Assert.Equal((DifferenceKind.PricesUnknown, true, false), (difference.Kind, difference.IsRemark, difference.CanBePosted));

        // What the bank does not have at all is told at the oldest known prices.
        Assert.Equal(DifferenceKind.Missing, Comparison.Of(expected, stored: null, refusal: null)!.Kind);
    }

    [Fact]
    public void A_run_that_is_known_here_has_the_prices_of_its_start_whatever_they_are_now()
    {
        _life.Ended(Given.Ended(7, mark: 1), doubtful: false, Given.Settings());
        Settle(new RunKey(Given.Id(1), 7, 0));
        var expected = Expectation.Of(_life, Accounted(Given.Ended(7, mark: 1)), Dearer(), pricesSince: Given.Noon.AddYears(1));
        Assert.Equal((Given.Su(3), true, RunState.Settled), (expected.Record!.Amount, expected.PricesKnown, expected.Seen));
    }

    [Fact]
    public void Whoever_took_a_run_in_knows_which_it_was()
    {
        // Accounting has lost the first run, and so numbers the second as the first.
        _life.Ended(Given.Ended(7, mark: 1, restart: 1), doubtful: false, Given.Settings());
        Settle(new RunKey(Given.Id(1), 7, 1));
        Assert.Equal("7:1", Expect(Given.Ended(7, mark: 1)).BankId);
    }

    [Fact]
    public void An_earlier_job_of_the_same_id_is_not_meant()
    {
        var old = Given.Ended(7) with { Submit = Given.Noon.AddDays(-9), Start = Given.Noon.AddDays(-9) };
        _life.Ended(Given.Ended(7), doubtful: false, Given.Settings());
        Settle(Assert.Single(_life.Book.Runs).Key);
        Assert.Null(Expect(old).Seen);
        Assert.Equal(RunState.Settled, Expect(Given.Ended(7)).Seen);
    }

    [Fact]
    public void What_is_posted_is_settled_once_and_not_when_the_run_has_come_further()
    {
        var expected = Expect(Given.Ended(7, mark: 1));
        var told = _life.Retold(expected.Run!, expected.Record!, expected.Seen);
        Assert.Equal(
            ("7", (ServiceUnits?)Given.Su(3), DeliveryKind.Settle),
            (Assert.Single(told.Deliveries).Job.JobSlurmId, told.Deliveries[0].Job.Amount, told.Deliveries[0].Kind)
        );
        Assert.True(_life.Retold(expected.Run!, expected.Record!, expected.Seen).IsEmpty);
        Assert.Empty(_life.Ended(Given.Ended(7, mark: 1), doubtful: false, Given.Settings()).Deliveries);
        Settle(told.Deliveries[0].Run);

        // The bank has something else afterwards: told once more, with no second run and nothing charged twice.
        var again = Expect(Given.Ended(7, mark: 1));
        Assert.Equal(RunState.Settled, again.Seen);
        Assert.Equal(DeliveryKind.Settle, Assert.Single(_life.Retold(again.Run!, again.Record!, again.Seen).Deliveries).Kind);
        Assert.True(_life.Retold(again.Run!, again.Record!, again.Seen).IsEmpty);
        Assert.Equal(Given.Su(3), _life.Book.Of(Given.Account).Amount);
    }

    [Fact]
    public void A_hold_of_which_a_run_was_never_seen_is_used_up_by_it()
    {
        _life.Held(Given.Hold(1, 6, tasks: 1, jobId: 7), Given.Request());
        var expected = Expect(Given.Ended(7, mark: 1));
        _life.Retold(expected.Run!, expected.Record!, expected.Seen);
        Assert.Empty(_life.Book.Holds);
        Assert.Equal(Given.Su(3), _life.Book.Of(Given.Account).Amount);
    }

    [Fact]
    public void A_record_of_no_run_is_a_stray()
    {
        var stray = Comparison.Stray(Stored());
        Assert.Equal(
            (DifferenceKind.Stray, "7", (ServiceUnits?)null, (ServiceUnits?)Given.Su(3)),
            (stray.Kind, stray.BankId, stray.Expected, stray.Told)
        );
        Assert.False(stray.CanBePosted || stray.IsRemark);
    }

    private void Settle(RunKey key) => _life.Delivered(key, DeliveryKind.Settle, parked: false, Given.Noon.AddHours(2));

    private Expectation Expect(RunFacts facts, BankSettings? settings = null) =>
        Expectation.Of(_life, Accounted(facts), settings ?? Given.Settings(), Given.Noon);

    private static AccountedRun Accounted(RunFacts facts) => new(facts, facts.Submit);

    private static BankSettings Dearer() =>
        Given.Settings() with
        {
            PartitionPrices = new Dictionary<string, decimal> { ["normal"] = 7.5m },
        };

    private static Job Stored() =>
        new()
        {
            JobSlurmId = "7",
            UserId = "1000",
            AccountId = Given.Account,
            Amount = Given.Su(3),
            JobStatus = "COMPLETED",
            SubmitDate = Given.Noon,
            StartDate = Given.Noon.AddMinutes(1),
            EndDate = Given.Noon.AddMinutes(61),
        };
}
