using System.Net;
using SlurmBanking.Bank.Tests.Storage;

namespace SlurmBanking.Bank.Tests.Contract;

/// <summary>What can_submit_job meets that the contract does not speak of (tests/contract has the rest).</summary>
public abstract class SubmissionTests<TDatabase>(BankOn<TDatabase> bank) : IClassFixture<BankOn<TDatabase>>
    where TDatabase : TestDatabase, new()
{
    [Theory]
    [InlineData("2999-01-01", null)]
    public async Task An_allocation_that_is_not_active_takes_no_job(string start, string? end)
    {
        var answer = await bank.Ask("1", await bank.Account(deposit: 0, start: start, end: end));
        Assert.Equal((HttpStatusCode.OK, false), (answer.Status, answer.Json["success"]!.GetValue<bool>()));
    }

    [Theory]
    [InlineData("1", "root", null)]
    [InlineData("1234567890", "1000", null)]
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
}

public sealed class SqliteSubmissionTests(BankOn<SqliteTestDatabase> bank) : SubmissionTests<SqliteTestDatabase>(bank);

public sealed class PostgresSubmissionTests(BankOn<PostgresTestDatabase> bank) : SubmissionTests<PostgresTestDatabase>(bank);
