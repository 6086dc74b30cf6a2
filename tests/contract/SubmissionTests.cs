using System.Net;

namespace SlurmBanking.Contract.Tests;

/// <summary>The rows about can_submit_job.</summary>
public sealed class SubmissionTests : ContractTests
{
    [Fact]
    public async Task A_job_that_fits_may_be_submitted_and_holds_nothing()
    {
        var (usage, allocation) = await Bank.Standing(Bank.Account);
        var all = BankUnderTest.Text(allocation - usage);
        var answer = await Bank.Ask(all, Bank.Account);
        Assert.Equal((HttpStatusCode.OK, true), (answer.Status, answer.Json["success"]!.GetValue<bool>()));
        Assert.Equal($"A job with job_cost {all} can be submitted.", answer.Text("message"));
        Assert.Equal(usage, await Bank.Usage(Bank.Account));
    }

    [Fact]
    public async Task The_allocation_is_what_was_granted()
    {
        Assert.SkipWhen(Bank.Account.Allocation is null, "not described: the allocation of account");
        Assert.Equal(Bank.Account.Allocation, (await Bank.Standing(Bank.Account)).Allocation);
    }

    [Fact]
    public async Task What_does_not_fit_the_allocation_is_refused_with_usage_and_allocation()
    {
        var (usage, allocation) = await Bank.Standing(Bank.Account);
        var more = BankUnderTest.Text(allocation - usage + 0.01m);
        var answer = await Bank.Ask(more, Bank.Account);
        Assert.Equal((HttpStatusCode.OK, false), (answer.Status, answer.Json["success"]!.GetValue<bool>()));
        Assert.Equal(
            $"Adding job_cost {more} to account balance {BankUnderTest.Text(usage)} would exceed account allocation {BankUnderTest.Text(allocation)}.",
            answer.Text("message")
        );
    }

    [Fact]
    public async Task The_accounts_limit_comes_before_the_users()
    {
        var (usage, cap) = await Bank.UserStanding(Bank.Capped);
        Assert.Equal(Bank.Capped.Cap, cap);
        var fits = BankUnderTest.Text(cap - usage);
        var more = BankUnderTest.Text(cap - usage + 0.01m);
        Assert.True((await Bank.Ask(fits, Bank.Capped)).Json["success"]!.GetValue<bool>());
        var refused = await Bank.Ask(more, Bank.Capped);
        Assert.Equal(
            $"Adding job_cost {more} to user balance {BankUnderTest.Text(usage)} would exceed user allocation {BankUnderTest.Text(cap)}.",
            refused.Text("message")
        );
        Assert.Contains("account balance", (await Bank.Ask("999999999.99", Bank.Capped)).Text("message"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_more_fits_an_overdrawn_account()
    {
        var (usage, allocation) = await Bank.Standing(Bank.Account);
        await Bank.Post(BankUnderTest.Job(Bank.Account, BankUnderTest.Text(allocation - usage + 0.01m)));
        var answer = await Bank.Ask("0", Bank.Account);
        Assert.Equal((HttpStatusCode.OK, false), (answer.Status, answer.Json["success"]!.GetValue<bool>()));
    }

    [Fact]
    public async Task Who_is_not_a_member_is_told_so()
    {
        var answer = await Bank.Ask("0.01", Bank.Account, Bank.Stranger);
        Assert.Equal((HttpStatusCode.OK, false), (answer.Status, answer.Json["success"]!.GetValue<bool>()));
    }

    [Fact]
    public async Task An_allocation_that_is_over_takes_no_job()
    {
        var answer = await Bank.Ask("0.01", Bank.Over);
        Assert.Equal((HttpStatusCode.OK, false), (answer.Status, answer.Json["success"]!.GetValue<bool>()));
    }

    [Theory]
    [InlineData("1", "999999999", null)]
    [InlineData("1", null, "no_such_account")]
    [InlineData("-1", null, null)]
    [InlineData("-0.01", null, null)]
    [InlineData("123456789012", null, null)]
    [InlineData("99999999999999999999999999999999999999", null, null)]
    [InlineData("1.001", null, null)]
    [InlineData("%20", null, null)]
    public async Task A_question_that_makes_no_sense_is_400(string cost, string? uid, string? account)
    {
        var answer = await Bank.Ask(cost, account is null ? Bank.Account : Bank.Account with { Name = account }, uid);
        Assert.Equal((HttpStatusCode.BadRequest, false), (answer.Status, answer.Json["success"]!.GetValue<bool>()));
        Assert.NotEmpty(answer.Text("message"));
    }

    [Fact]
    public async Task A_cost_that_is_no_number_is_400()
    {
        Bank.WhereNotExcused();
        var answer = await Bank.Ask("NaN", Bank.Account);
        Assert.Equal((HttpStatusCode.BadRequest, false), (answer.Status, answer.Json["success"]!.GetValue<bool>()));
    }

    [Fact]
    public async Task An_exempt_account_takes_every_job_and_is_billed()
    {
        Assert.Equal(HttpStatusCode.Created, (await Bank.Post(BankUnderTest.Job(Bank.Exempt, "5.00"))).Status);
        Assert.True((await Bank.Ask("999999999.99", Bank.Exempt)).Json["success"]!.GetValue<bool>());
    }
}
