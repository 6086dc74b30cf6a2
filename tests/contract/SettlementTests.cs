using System.Net;
using System.Text.Json.Nodes;

namespace SlurmBanking.Contract.Tests;

/// <summary>The rows about PUT /jobs/{jobslurmid}/ and the other methods there.</summary>
public sealed class SettlementTests : ContractTests
{
    [Fact]
    public async Task An_unknown_job_is_charged()
    {
        var job = BankUnderTest.Job(Bank.Account, "3.00");
        var cost = await Cost(
            Bank.Account,
            async () =>
            {
                var answer = await Bank.Put(job);
                Assert.Equal((HttpStatusCode.OK, "3.00"), (answer.Status, answer.Text("amount")));
            }
        );
        Assert.Equal(3m, cost);
    }

    [Theory]
    [InlineData("3.00")]
    [InlineData("4.80")]
    [InlineData("16.00")]
    [InlineData("0.00")]
    public async Task A_known_job_is_charged_the_difference_once(string amount)
    {
        var job = BankUnderTest.Job(Bank.Account, "4.80");
        var settled = job.DeepClone().AsObject();
        settled["amount"] = amount;
        var cost = await Cost(
            Bank.Account,
            async () =>
            {
                await Bank.Post(job);
                for (var i = 0; i < 3; i++)
                {
                    var answer = await Bank.Put(settled);
                    Assert.Equal((HttpStatusCode.OK, amount), (answer.Status, answer.Text("amount")));
                }
            }
        );
        Assert.Equal(decimal.Parse(amount, null), cost);
    }

    [Fact]
    public async Task A_settlement_is_the_users_too()
    {
        var before = await Bank.UserStanding(Bank.Capped);
        var job = BankUnderTest.Job(Bank.Capped, "4.80");
        await Bank.Post(job);
        job["amount"] = "3.00";
        await Bank.Put(job);
        Assert.Equal(before with { Usage = before.Usage + 3 }, await Bank.UserStanding(Bank.Capped));
    }

    [Theory]
    [InlineData("submitdate")]
    [InlineData("startdate")]
    [InlineData("enddate")]
    public async Task Without_all_dates_the_amount_is_stored_and_the_charge_stays(string field)
    {
        var job = BankUnderTest.Job(Bank.Account, "0.04");
        Assert.Equal(0.04m, await Cost(Bank.Account, () => ChargedAndReplaced(job, field, null)));
    }

    [Fact]
    public async Task A_start_before_the_allocation_leaves_the_charge()
    {
        var early = Bank.Dated.Start!.Value.AddSeconds(-1).UtcDateTime.ToString("O");
        Assert.Equal(0.04m, await Cost(Bank.Dated, () => ChargedAndReplaced(BankUnderTest.Job(Bank.Dated, "0.04"), "startdate", early)));
    }

    [Fact]
    public async Task An_end_beyond_the_allocation_leaves_the_charge()
    {
        var late = Bank.Expiring.End!.Value.AddDays(2).UtcDateTime.ToString("O");
        Assert.Equal(0.04m, await Cost(Bank.Expiring, () => ChargedAndReplaced(BankUnderTest.Job(Bank.Expiring, "0.04"), "enddate", late)));
    }

    [Fact]
    public async Task What_was_stored_uncharged_is_charged_when_its_dates_arrive_and_never_refunded_before()
    {
        Bank.WhereNotExcused();
        var job = BankUnderTest.Job(Bank.Account, "1.00");
        var whole = job.DeepClone().AsObject();
        whole["amount"] = "0.40";
        job.Remove("startdate");
        var cost = await Cost(
            Bank.Account,
            async () =>
            {
                await Bank.Post(job);
                await Bank.Put(whole);
            }
        );
        Assert.Equal(0.40m, cost);
    }

    [Fact]
    public async Task The_last_amount_with_dates_counts_whatever_came_between()
    {
        Bank.WhereNotExcused();
        var job = BankUnderTest.Job(Bank.Account, "0.90");
        var between = job.DeepClone().AsObject();
        between["amount"] = "0.30";
        between.Remove("enddate");
        between["enddate"] = null;
        var last = job.DeepClone().AsObject();
        last["amount"] = "0.20";
        var cost = await Cost(
            Bank.Account,
            async () =>
            {
                await Bank.Post(job);
                await Bank.Put(between);
                await Bank.Put(last);
            }
        );
        Assert.Equal(0.20m, cost);
    }

    [Fact]
    public async Task Of_an_unknown_job_without_its_dates_nothing_is_charged()
    {
        var job = BankUnderTest.Job(Bank.Account, "3.00");
        job.Remove("enddate");
        var cost = await Cost(Bank.Account, async () => Assert.Equal(HttpStatusCode.OK, (await Bank.Put(job)).Status));
        Assert.Equal(0m, cost);
    }

    [Fact]
    public async Task The_account_of_a_job_can_not_be_changed()
    {
        var job = BankUnderTest.Job(Bank.Account, "1.00");
        var other = Bank.Other;
        await Bank.Post(job);
        var moved = job.DeepClone().AsObject();
        moved["accountid"] = other.Name;
        moved["userid"] = other.Uid;
        moved["amount"] = "2.00";
        var here = await Cost(
            Bank.Account,
            async () =>
                Assert.Equal(0m, await Cost(other, async () => Assert.Equal(HttpStatusCode.BadRequest, (await Bank.Put(moved)).Status)))
        );
        Assert.Equal(0m, here);
    }

    [Fact]
    public async Task The_user_of_a_job_can_not_be_changed()
    {
        var job = BankUnderTest.Job(Bank.Account, "1.00");
        var stranger = Bank.Stranger;
        await Bank.Post(job);
        var moved = job.DeepClone().AsObject();
        moved["userid"] = stranger;
        moved["amount"] = "2.00";
        var cost = await Cost(Bank.Account, async () => Assert.Equal(HttpStatusCode.BadRequest, (await Bank.Put(moved)).Status));
        Assert.Equal(0m, cost);
    }

    [Theory]
    [InlineData(":7")]
    [InlineData("_3")]
    [InlineData("+1")]
    public async Task Ids_may_have_colon_underscore_and_plus(string end)
    {
        var job = BankUnderTest.Job(Bank.Account, "0.10", BankUnderTest.NewId() + end);
        var answer = await Bank.Put(job);
        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Equal(job["jobslurmid"]!.GetValue<string>(), answer.Text("jobslurmid"));
    }

    [Fact]
    public async Task An_id_with_a_dot_is_not_found() =>
        Assert.Equal(
            HttpStatusCode.NotFound,
            (await Bank.Put(BankUnderTest.Job(Bank.Account, "0.10", BankUnderTest.NewId() + ".batch"))).Status
        );

    [Fact]
    public async Task A_job_is_neither_patched_nor_deleted()
    {
        var job = BankUnderTest.Job(Bank.Account, "1.00");
        var path = $"jobs/{job["jobslurmid"]}/";
        await Bank.Post(job);
        var cost = await Cost(
            Bank.Account,
            async () =>
            {
                var patched = await Bank.Send(HttpMethod.Patch, path, job.ToJsonString());
                Assert.Equal(HttpStatusCode.OK, patched.Status);
                Assert.NotNull(patched.Json["failure"]);
                Assert.Equal(HttpStatusCode.MethodNotAllowed, (await Bank.Send(HttpMethod.Delete, path)).Status);
            }
        );
        Assert.Equal(0m, cost);
    }

    private async Task ChargedAndReplaced(JsonObject job, string field, string? date)
    {
        await Bank.Post(job);
        var replaced = job.DeepClone().AsObject();
        replaced["amount"] = "0.03";
        replaced[field] = date;
        var answer = await Bank.Put(replaced);
        Assert.Equal((HttpStatusCode.OK, "0.03"), (answer.Status, answer.Text("amount")));
    }
}
