using System.Net;

namespace SlurmBanking.Bank.Tests.Contract;

/// <summary>The rows "can_submit" of the contract.</summary>
public sealed class SubmissionTests(Bank bank) : IClassFixture<Bank>
{
    [Fact]
    public async Task A_job_that_fits_may_be_submitted_and_holds_nothing()
    {
        var account = await bank.Account();
        var answer = await bank.Ask("100.00", account);
        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Equal("""{"success":true,"message":"A job with job_cost 100.00 can be submitted."}""", answer.Body);
        Assert.Equal("0.00", await bank.Usage(account));
    }

    [Fact]
    public async Task The_projects_limit_comes_before_the_users()
    {
        var account = await bank.Account(cap: 60);
        await bank.Post(Bank.Job("s-1", account, "10.5"));
        Assert.Equal(
            """{"success":false,"message":"Adding job_cost 90.00 to account balance 10.50 would exceed account allocation 100.00."}""",
            (await bank.Ask("90", account)).Body
        );
        var user = await bank.Ask("49.51", account);
        Assert.Equal(HttpStatusCode.OK, user.Status);
        Assert.Equal(
            """{"success":false,"message":"Adding job_cost 49.51 to user balance 10.50 would exceed user allocation 60.00."}""",
            user.Body
        );
        Assert.True((await bank.Ask("49.50", account)).Json["success"]!.GetValue<bool>());
    }

    [Fact]
    public async Task Nothing_more_fits_an_overdrawn_account()
    {
        var account = await bank.Account();
        await bank.Post(Bank.Job("s-2", account, "100.01"));
        Assert.Equal(
            """{"success":false,"message":"Adding job_cost 0.00 to account balance 100.01 would exceed account allocation 100.00."}""",
            (await bank.Ask("0", account)).Body
        );
    }

    [Fact]
    public async Task Who_is_not_a_member_is_told_so()
    {
        var account = await bank.Account();
        var other = await bank.Account();
        bank.Execute("INSERT INTO members (account, uid) VALUES ($1, '2000')", other);
        var answer = await bank.Ask("1", account, uid: "2000");
        Assert.Equal((HttpStatusCode.OK, false), (answer.Status, answer.Json["success"]!.GetValue<bool>()));
    }

    [Theory]
    [InlineData("2020-01-01", "2020-12-31")]
    [InlineData("2999-01-01", null)]
    public async Task An_allocation_that_is_not_active_takes_no_job(string start, string? end)
    {
        var answer = await bank.Ask("1", await bank.Account(start: start, end: end));
        Assert.Equal((HttpStatusCode.OK, false), (answer.Status, answer.Json["success"]!.GetValue<bool>()));
    }

    [Theory]
    [InlineData("1", "9999", null)]
    [InlineData("1", "root", null)]
    [InlineData("1", "1000", "no_such_account")]
    [InlineData("-1", "1000", null)]
    [InlineData("-0.01", "1000", null)]
    [InlineData("1234567890", "1000", null)]
    [InlineData("123456789012", "1000", null)]
    [InlineData("99999999999999999999999999999999999999", "1000", null)]
    [InlineData("1.001", "1000", null)]
    [InlineData("%20", "1000", null)]
    [InlineData("NaN", "1000", null)]
    [InlineData("Infinity", "1000", null)]
    [InlineData("1e3", "1000", null)]
    [InlineData("1,000", "1000", null)]
    public async Task A_question_that_makes_no_sense_is_400(string cost, string uid, string? account)
    {
        var answer = await bank.Ask(cost, account ?? await bank.Account(), uid);
        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.False(answer.Json["success"]!.GetValue<bool>());
        Assert.NotEmpty(answer.Text("message"));
    }

    [Fact]
    public async Task An_exempt_account_takes_every_job_and_is_billed()
    {
        var account = await bank.Account(deposit: 0, isExempt: true);
        Assert.Equal(HttpStatusCode.Created, (await bank.Post(Bank.Job("s-3", account, "500.00"))).Status);
        Assert.True((await bank.Ask("999999999.99", account)).Json["success"]!.GetValue<bool>());
    }
}
