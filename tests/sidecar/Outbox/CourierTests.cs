using Microsoft.Extensions.Logging.Abstractions;
using SlurmBanking.BankApi;
using SlurmBanking.Sidecar.Bank;
using SlurmBanking.Sidecar.Lifecycle;
using SlurmBanking.Sidecar.Outbox;
using SlurmBanking.Sidecar.Tests.Bank;

namespace SlurmBanking.Sidecar.Tests.Outbox;

/// <summary>What comes of each answer of the bank.</summary>
public sealed class CourierTests : IDisposable
{
    private const string Stored =
        """{"jobslurmid":"7","userid":"1000","accountid":"fc_abc","submitdate":"2026-03-01T12:00:00Z","amount":"4.50"}""";

    private const string Duplicate = """{"jobslurmid":["job with this jobslurmid already exists."]}""";
    private readonly ScriptedBank _bank = new();

    public void Dispose() => _bank.Dispose();

    [Theory]
    [InlineData("Charge", 201, nameof(DeliveryOutcome.Delivered))]
    [InlineData("Settle", 200, nameof(DeliveryOutcome.Delivered))]
    [InlineData("Charge", 401, nameof(DeliveryOutcome.TokenRefused))]
    [InlineData("Settle", 403, nameof(DeliveryOutcome.TokenRefused))]
    [InlineData("Charge", 429, nameof(DeliveryOutcome.Later))]
    [InlineData("Charge", 408, nameof(DeliveryOutcome.Later))]
    [InlineData("Charge", 500, nameof(DeliveryOutcome.Later))]
    [InlineData("Settle", 503, nameof(DeliveryOutcome.Later))]
    [InlineData("Charge", 400, nameof(DeliveryOutcome.Refused))]
    [InlineData("Settle", 400, nameof(DeliveryOutcome.Refused))]
    [InlineData("Settle", 404, nameof(DeliveryOutcome.Later))]
    public async Task A_status_has_its_outcome(string kind, int status, string outcome)
    {
        _bank.Answers(status, status < 300 ? Stored : """{"amount":["A valid number is required."]}""");
        var result = await SendAsync(Enum.Parse<DeliveryKind>(kind));
        Assert.Equal(outcome, result.Outcome.ToString());
        Assert.Equal([kind == "Charge" ? "POST /jobs/" : "PUT /jobs/7/"], _bank.Requests);
        Assert.Equal(status < 300, result.Problem.Length == 0);
    }

    [Fact]
    public async Task A_refusal_keeps_the_banks_own_body()
    {
        _bank.Answers(400, """{"amount":["A valid number is required."]}""");
        Assert.Equal("""status 400: {"amount":["A valid number is required."]}""", (await SendAsync()).Problem);
        Assert.Equal(BankState.Reachable, _bank.Health.State);
    }

    [Fact]
    public async Task A_refusals_body_is_bounded()
    {
        _bank.Answers(400, new string('x', 100_000));
        Assert.Equal(2000, (await SendAsync()).Problem.Length);
    }

    [Fact]
    public async Task A_duplicate_after_an_attempt_whose_answer_got_lost_is_this_record()
    {
        // One that can't be read back is ours all the same.
        _bank.Answers(400, Duplicate).Answers(404, "{}");
        var result = await SendAsync(attempts: 1);
        Assert.Equal((DeliveryOutcome.Delivered, true, null), (result.Outcome, result.WasThere, result.Stored));
    }

    [Fact]
    public async Task A_duplicate_that_the_bank_has_exactly_so_is_this_record()
    {
        _bank.Answers(400, Duplicate).Answers(200, Stored);
        var result = await SendAsync();
        Assert.Equal(DeliveryOutcome.Delivered, result.Outcome);
        Assert.Equal("GET /jobs/7/", _bank.Requests[1]);

        // What it was charged there, whatever we would have charged.
        Assert.Equal(Given.Su(4.5m), result.Stored);
    }

    [Theory]
    [InlineData("\"1000\"", "\"1001\"")]
    [InlineData("fc_abc", "fc_other")]
    [InlineData("T12:00:00Z", "T12:00:01Z")]
    public async Task A_duplicate_of_another_job_is_a_conflict(string mine, string theirs)
    {
        _bank.Answers(400, Duplicate).Answers(200, Stored.Replace(mine, theirs, StringComparison.Ordinal));
        Assert.Equal(DeliveryOutcome.Refused, (await SendAsync()).Outcome);
    }

    [Fact]
    public async Task A_duplicate_that_can_not_be_read_back_is_a_conflict()
    {
        _bank.Answers(400, Duplicate).Answers(404, "{}");
        Assert.Equal(DeliveryOutcome.Refused, (await SendAsync()).Outcome);
    }

    [Theory]
    [InlineData(500)]
    [InlineData(401)]
    public async Task A_duplicate_whose_owner_can_not_be_asked_now_stays_open(int status)
    {
        _bank.Answers(400, Duplicate).Answers(status, "{}");
        Assert.Equal(DeliveryOutcome.Unknown, (await SendAsync()).Outcome);
    }

    [Theory]
    [InlineData(404, "{}", "PUT /jobs/7/")]
    [InlineData(200, "RUNNING", "PUT /jobs/7/")]
    [InlineData(200, "COMPLETED", "GET /jobs/7/")]
    public async Task In_doubt_a_settlement_of_another_sidecar_is_not_overwritten(int status, string stored, string last)
    {
        _bank.Answers(status, Stored.Replace("}", $",\"jobstatus\":\"{stored}\"}}", StringComparison.Ordinal)).Answers(200, Stored);
        var result = await SendAsync(DeliveryKind.Settle, doubt: Doubt.Settled);
        Assert.Equal((DeliveryOutcome.Delivered, last), (result.Outcome, _bank.Requests[^1]));
    }

    [Theory]
    [InlineData("\"1000\"", "\"1001\"")]
    [InlineData("fc_abc", "fc_other")]
    [InlineData("T12:00:00Z", "T12:00:01Z")]
    public async Task Another_jobs_record_is_never_overwritten_by_a_run_whose_charge_was_refused(string mine, string theirs)
    {
        _bank.Answers(200, Stored.Replace(mine, theirs, StringComparison.Ordinal));
        var result = await SendAsync(DeliveryKind.Settle, doubt: Doubt.Taken);
        Assert.Equal((DeliveryOutcome.Refused, "GET /jobs/7/"), (result.Outcome, Assert.Single(_bank.Requests)));
        Assert.Contains("another job's", result.Problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("T12:30:02Z", "T12:30:02Z", nameof(DeliveryOutcome.Delivered))]
    [InlineData("T12:31:00Z", "T12:31:00Z", nameof(DeliveryOutcome.Delivered))]
    [InlineData("T12:31:01Z", "T12:31:01Z", nameof(DeliveryOutcome.Refused))]
    [InlineData("T12:30:02Z", "T12:30:03Z", nameof(DeliveryOutcome.Refused))]
    public async Task A_start_that_the_predecessors_plugin_reported_is_the_jobs(string submitted, string started, string outcome)
    {
        // The job waited for half an hour; that plugin knows of no submission, and writes down when it runs.
        var record = Stored.Replace("T12:00:00Z\"", $"{submitted}\",\"startdate\":\"2026-03-01{started}\"", StringComparison.Ordinal);
        _bank.Answers(400, Duplicate).Answers(200, record);
        Assert.Equal(outcome, (await SendAsync(start: Given.Noon.AddMinutes(30))).Outcome.ToString());
    }

    [Fact]
    public async Task A_run_whose_charge_was_refused_for_another_reason_is_settled_all_the_same()
    {
        _bank.Answers(404, "{}").Answers(200, Stored);
        var result = await SendAsync(DeliveryKind.Settle, doubt: Doubt.Taken);
        Assert.Equal((DeliveryOutcome.Delivered, "PUT /jobs/7/"), (result.Outcome, _bank.Requests[^1]));
    }

    [Fact]
    public async Task In_doubt_nothing_is_sent_while_the_bank_can_not_be_asked()
    {
        _bank.Answers(503, "{}");
        Assert.Equal(DeliveryOutcome.Unknown, (await SendAsync(DeliveryKind.Settle, doubt: Doubt.Settled)).Outcome);
        Assert.Single(_bank.Requests);
    }

    [Fact]
    public async Task The_bank_says_how_long_it_wants_to_be_left_alone()
    {
        _bank.Answers(429, "{}", retryAfter: TimeSpan.FromSeconds(17));
        Assert.Equal(TimeSpan.FromSeconds(17), (await SendAsync()).RetryAfter);
        _bank.Answers(429, "{}", retryAfter: TimeSpan.FromDays(9));
        Assert.Null((await SendAsync()).RetryAfter);
    }

    [Fact]
    public async Task No_answer_leaves_it_open_whether_the_bank_has_it()
    {
        foreach (
            var problem in new Exception[]
            {
                new HttpRequestException("refused"),
                new TaskCanceledException("late"),
                new FormatException("token"),
            }
        )
        {
            _bank.Throws(problem);
            var result = await SendAsync();
            Assert.Equal((DeliveryOutcome.Unknown, problem.Message), (result.Outcome, result.Problem));
        }

        Assert.Equal(BankState.Unreachable, _bank.Health.State);
    }

    [Theory]
    [InlineData(302)]
    [InlineData(301)]
    public async Task A_redirection_parks_nothing(int status)
    {
        _bank.Answers(status, "");
        Assert.Equal(DeliveryOutcome.Later, (await SendAsync()).Outcome);
    }

    [Theory]
    [InlineData("<html>Welcome</html>")]
    [InlineData("")]
    [InlineData("""{"jobslurmid":"8","userid":"1000","accountid":"fc_abc"}""")]
    public async Task A_page_without_the_jobs_record_is_no_delivery(string page)
    {
        _bank.Answers(200, page);
        Assert.Equal(DeliveryOutcome.Later, (await SendAsync()).Outcome);
    }

    private Task<DeliveryResult> SendAsync(
        DeliveryKind kind = DeliveryKind.Charge,
        int attempts = 0,
        Doubt doubt = Doubt.None,
        DateTimeOffset? start = null
    )
    {
        var job = new Job
        {
            JobSlurmId = "7",
            UserId = "1000",
            AccountId = Given.Account,
            SubmitDate = Given.Noon,
            StartDate = start,
            Amount = Given.Su(6m),
        };
        var delivery = new Delivery(new RunKey(Given.Id(1), 7, 0), Given.Account, kind, job);
        return new Courier(_bank.Client(), _bank.Health, NullLogger<Courier>.Instance).SendAsync(
            new PendingDelivery(1, attempts, delivery),
            doubt,
            TestContext.Current.CancellationToken
        );
    }
}
