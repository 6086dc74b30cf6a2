using System.Net;
using System.Text;
using SlurmBanking.BankConfig;
using SlurmBanking.Sidecar.Lifecycle;

namespace SlurmBanking.Sidecar.Tests.Intake;

/// <summary>What people are told: of a job before it is submitted, of what is left, and of what jobs hold and cost.</summary>
public sealed class QuestionTests : IDisposable
{
    private const uint Other = 1001;

    private readonly Counter _counter = new();

    public QuestionTests() =>
        _counter.Bank.Balance = static () =>
            new HttpResponseMessage(HttpStatusCode.OK)
            {
                Content = new StringContent(
                    """
                    {"account":"fc_abc","is_active":true,"is_exempt":false,
                     "project":{"limit":"100.00","charged":"57.50","available":"42.50"},
                     "user":{"limit":"50.00","charged":"8.25","available":"41.75","uid":"1000","is_member":true}}
                    """,
                    Encoding.UTF8,
                    "application/json"
                ),
            };

    public void Dispose() => _counter.Dispose();

    [Fact]
    public async Task A_quote_says_what_a_submission_would_be_told_and_holds_nothing()
    {
        // 16 CPUs x 4 h x 0.75 = 48.00, of 42.50.
        var request = Given.Request() with
        {
            Tasks = 16,
            TimeLimit = TimeSpan.FromHours(4),
        };
        var quoted = (await _counter.Teller.AppraiseAsync(request))!;
        Assert.Equal((Given.Su(48m), "16 CPUs x 4:00:00 x 0.75 SU/CPU-h"), (quoted.Quote!.Total, quoted.Quote.How));
        Assert.Equal((false, Given.Account, PolicyMode.Enforce), (quoted.Decision.Accepted, quoted.Account, quoted.Mode));
        Assert.Equal((0, Given.Su(42.5m)), (_counter.Teller.Totals().Holds, quoted.Sheet!.Headroom!.Account));
        var (decision, amount) = _counter.Teller.Submit(Given.Id(1), request);
        Assert.Equal((quoted.Decision.Message, quoted.Quote.Total), (decision.Message, amount));
    }

    [Fact]
    public async Task What_can_not_be_priced_is_said_as_a_submission_would_be_told()
    {
        var quoted = (await _counter.Teller.AppraiseAsync(Given.Request() with { ArrayTasks = 0 }))!;
        Assert.Equal((DecisionReason.Unpriceable, null), (quoted.Decision.Reason, quoted.Quote));
        Assert.Contains("task list can't be read", quoted.Decision.Message, StringComparison.Ordinal);
        var nobody = (await _counter.Teller.AppraiseAsync(Given.Request() with { Account = "" }))!;
        Assert.Equal(DecisionReason.NoAccount, nobody.Decision.Reason);
    }

    [Fact]
    public async Task While_the_cluster_is_not_known_there_is_no_quote()
    {
        using var counter = new Counter(ready: false);
        Assert.Null(await counter.Teller.AppraiseAsync(Given.Request()));
    }

    [Fact]
    public async Task A_balance_is_less_what_is_held_and_names_no_account_of_others()
    {
        Hold(1, Given.Uid, 2, hours: 2); // 3.00
        Hold(2, Other, 4, hours: 1); // 3.00
        var sheet = Assert.Single(await _counter.Teller.BalancesAsync(Given.Uid, [], 20));
        Assert.Equal(
            (Given.Account, new Tally(Given.Su(6m), 2), new Tally(Given.Su(3m), 1)),
            (sheet.Account, sheet.OfAccount, sheet.OfUser)
        );
        Assert.Equal((Given.Su(42.5m), Given.Su(41.75m)), (sheet.Headroom!.Account, sheet.Headroom.User));
        Assert.Empty(await _counter.Teller.BalancesAsync(4242, [], 20));
    }

    [Fact]
    public void A_users_jobs_are_that_users()
    {
        Hold(1, Given.Uid, 2, hours: 2);
        Hold(2, Other, 4, hours: 1);
        Hold(3, Given.Uid, 1, hours: 1);
        Assert.Equal([Given.Id(3), Given.Id(1)], Jobs(Given.Uid).Select(static job => job.Hold!.Id));
        Assert.Equal([Given.Id(2)], Jobs(Other).Select(static job => job.Hold!.Id));
        Assert.Equal(3, Jobs(null).Count);
        var (some, more) = _counter.Teller.Jobs(new JobFilter(null, "", [], OpenOnly: true, Limit: 2));
        Assert.Equal((2, true), (some.Count, more));
        Assert.Empty(_counter.Teller.Jobs(new JobFilter(null, "other", [], OpenOnly: true, Limit: 2)).Jobs);
    }

    [Fact]
    public async Task What_a_job_cost_is_explained_and_found_when_it_has_left_the_memory()
    {
        // 4 CPUs for an hour, of 2 at most: 6.00 and 3.00.
        await _counter.Teller.SweepAsync(Given.Listing(120, Given.Job(7, "RUNNING")), Given.Cluster);
        await _counter.Teller.SweepAsync(Given.Listing(4000, Given.Job(7, "COMPLETED")), Given.Cluster);
        var run = Assert.Single(Jobs(Given.Uid, 7)).Run!;
        Assert.Equal((Given.Su(6m), Given.Su(3m)), (run.Estimate, run.Actual!.Value));
        Assert.Equal("4 CPUs x 2:00:00 x 0.75 SU/CPU-h", RunReceipt.OfEstimate(run));
        Assert.Equal("4 CPUs x 1:00:00 x 0.75 SU/CPU-h", RunReceipt.OfActual(run));

        foreach (var due in _counter.Journal.ReadDue(10))
        {
            await _counter.Teller.EndDelivery(
                due,
                isFinal: true,
                parked: false,
                wasThere: false,
                writer => writer.Delivered(due.Seq, Given.Noon)
            );
        }

        foreach (var due in _counter.Journal.ReadDue(10))
        {
            await _counter.Teller.EndDelivery(
                due,
                isFinal: true,
                parked: false,
                wasThere: false,
                writer => writer.Delivered(due.Seq, Given.Noon)
            );
        }

        var settled = new JobFilter(Given.Uid, Given.Account, [7], OpenOnly: false, Limit: 10);
        Assert.Equal("4 CPUs x 1:00:00 x 0.75 SU/CPU-h", RunReceipt.OfActual(Assert.Single(_counter.Journal.History.Read(settled, 10))));
        Assert.Empty(_counter.Journal.History.Read(settled with { Uid = Other }, 10));
        Assert.Empty(_counter.Journal.History.Read(settled with { Account = "other" }, 10));
        Assert.Empty(_counter.Journal.History.Read(settled with { Jobs = [77] }, 10));
        Assert.Single(_counter.Teller.Jobs(settled).Jobs);
    }

    [Fact]
    public void What_was_refunded_says_so()
    {
        var run = new Run
        {
            Key = new RunKey(Given.Id(1), 7, 0),
            Account = Given.Account,
            Uid = Given.Uid,
            Partition = "normal",
            State = RunState.Settled,
            Rates = new(0.75m, new Dictionary<string, decimal>(StringComparer.Ordinal), 1m),
            Estimate = Given.Su(6m),
            Limit = TimeSpan.FromHours(2),
            Tres = "cpu=4",
            Before = [new("cpu=2", 1800)],
            Used = TimeSpan.FromMinutes(10),
            Actual = Terms.ServiceUnits.Zero,
            EndState = "NODE_FAIL",
        };
        Assert.Equal("2 CPUs x 0:30:00 x 0.75 SU/CPU-h + 4 CPUs x 0:10:00 x 0.75 SU/CPU-h, refunded: NODE_FAIL", RunReceipt.OfActual(run));
        Assert.Equal("2 CPUs x 2:00:00 x 0.75 SU/CPU-h", RunReceipt.OfEstimate(run));
    }

    [Fact]
    public async Task A_parked_record_is_given_up_once_and_with_a_reason()
    {
        await _counter.Teller.SweepAsync(Given.Listing(120, Given.Job(7, "RUNNING")), Given.Cluster);
        var waiting = Assert.Single(_counter.Journal.ReadWaiting(0, 10));
        Assert.Equal(
            ("7", DeliveryKind.Charge, Given.Su(6m), 0),
            (waiting.BankId, waiting.Kind, waiting.Record!.Amount!.Value, waiting.Attempts)
        );
        await _counter.Journal.Write(writer => writer.Park(waiting.Seq, Given.Noon, "status 400"));
        Assert.Equal("status 400", _counter.Journal.ProblemOf("7"));
        Assert.Empty(_counter.Journal.ReadWaiting(0, 10));
        Assert.Equal(1, await _counter.Journal.DiscardAsync([waiting.Seq, 4242], by: 0, "a test"));
        Assert.Equal(0, await _counter.Journal.DiscardAsync([waiting.Seq], by: 0, "a test"));
        Assert.Equal((0, 0), (_counter.Journal.Count().Pending, _counter.Journal.Count().Parked));
    }

    private void Hold(int id, uint uid, long cpus, int hours)
    {
        var request = Given.Request() with { Uid = uid, Tasks = cpus, TimeLimit = TimeSpan.FromHours(hours) };
        Assert.True(_counter.Teller.Submit(Given.Id(id), request).Decision.Accepted);
    }

    private IReadOnlyList<JobView> Jobs(uint? uid, params uint[] jobs) =>
        _counter.Teller.Jobs(new JobFilter(uid, "", jobs, OpenOnly: jobs.Length == 0, Limit: 100)).Jobs;
}
