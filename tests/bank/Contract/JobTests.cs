using System.Net;
using System.Text.Json.Nodes;
using SlurmBanking.Bank.Tests.Storage;

namespace SlurmBanking.Bank.Tests.Contract;

/// <summary>
/// What job records meet that the contract does not speak of, or that takes somebody at the bank (tests/contract has the rest).
/// </summary>
public abstract class JobTests<TDatabase>(BankOn<TDatabase> bank) : IClassFixture<BankOn<TDatabase>>
    where TDatabase : TestDatabase, new()
{
    [Fact]
    public async Task Every_field_comes_back()
    {
        var job = Bank.Job("j-2", await bank.Account(), "1.00");
        job["jobstatus"] = "COMPLETED";
        job["qos"] = "savio_normal";
        job["nodes"] = new JsonArray(new JsonObject { ["name"] = "n0001.savio2" }, new JsonObject { ["name"] = new string('n', 30) });
        job["num_cpus"] = 24;
        job["num_req_nodes"] = 1;
        job["num_alloc_nodes"] = 2;
        job["raw_time"] = 0.25;
        job["cpu_time"] = 6;
        var posted = (await bank.Post(job)).Json;
        foreach (var (name, value) in job.Where(static field => !field.Key.EndsWith("date", StringComparison.Ordinal)))
        {
            Assert.True(JsonNode.DeepEquals(value, posted[name]), name);
        }

        Assert.True(JsonNode.DeepEquals(posted, (await bank.Get("jobs/j-2/")).Json));
    }

    [Fact]
    public async Task After_the_end_a_start_is_refused_and_the_estimate_stays()
    {
        var account = await bank.Account(end: "2998-01-01");
        await bank.Post(Bank.Job("j-13", account, "48.00"));
        bank.SetEnd(account, "2026-06-30");
        var answer = await bank.Post(Bank.Job("j-14", account, "10.00"));
        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.NotEmpty(answer.Json["non_field_errors"]!.AsArray());
        bank.SetEnd(account, null);
        Assert.Equal("48.00", await bank.Usage(account));
    }

    [Fact]
    public async Task After_the_end_a_settlement_goes_to_the_overrun()
    {
        var account = await bank.Account(end: "2998-01-01");
        await bank.Post(Bank.Job("j-15", account, "48.00"));
        bank.SetEnd(account, "2026-06-30");
        Assert.Equal(HttpStatusCode.OK, (await bank.Put(Bank.Job("j-15", account, "60.00"))).Status);
        var statement = await BankProcess.Run("statement", account, "--format", "csv", "--database", bank.Database.Address);
        Assert.Contains(",overrun,j-15,1000,-12.00,-12.00", statement.Output, StringComparison.Ordinal);
        bank.SetEnd(account, null);
        Assert.Equal("60.00", await bank.Usage(account));
    }

    [Fact]
    public async Task A_user_who_has_left_starts_nothing_but_what_was_used_is_settled()
    {
        var account = await bank.Account();
        await bank.Post(Bank.Job("j-16", account, "48.00"));
        bank.Database.Execute("UPDATE members SET uid = '4321' WHERE account = $1", account);
        Assert.NotNull((await bank.Post(Bank.Job("j-17", account, "10.00"))).Json["non_field_errors"]);
        Assert.Equal(HttpStatusCode.OK, (await bank.Put(Bank.Job("j-16", account, "30.00"))).Status);
        bank.Database.Execute("UPDATE members SET uid = '1000' WHERE account = $1", account);
        Assert.Equal("30.00", await bank.Usage(account));
    }

    [Theory]
    [InlineData("amount", "1e400")]
    [InlineData("amount", "\"1000000000.00\"")]
    [InlineData("amount", "{}")]
    [InlineData("userid", "\"root\"")]
    [InlineData("qos", "\"a\\u0000b\"")]
    [InlineData("jobslurmid", "\"a\\u0000b\"")]
    public async Task A_wrong_field_is_named_and_changes_nothing(string field, string json)
    {
        var account = await bank.Account();
        var job = Bank.Job($"j-18-{account}", account, "10.00");
        job[field] = JsonNode.Parse(json);
        var posted = await bank.Post(job);
        Assert.Equal(HttpStatusCode.BadRequest, posted.Status);
        Assert.Equal([field], posted.Json.AsObject().Select(static error => error.Key));
        Assert.NotEmpty(posted.Json[field]!.AsArray());
        Assert.Equal("0.00", await bank.Usage(account));
    }

    [Fact]
    public async Task A_job_stays_with_its_user_and_its_account()
    {
        var (account, other) = (await bank.Account(), await bank.Account());
        await bank.Post(Bank.Job("j-22", account, "10.00"));
        var moved = Bank.Job("j-22", other, "10.00");
        moved["userid"] = "4711";
        var refused = await bank.Put(moved);
        Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
        Assert.Equal(
            [
                "the user of job j-22 can't be changed from 1000 to 4711",
                $"the account of job j-22 can't be changed from {account} to {other}",
            ],
            new[] { "userid", "accountid" }.Select(field => $"{refused.Json[field]![0]}")
        );
        Assert.Equal(("10.00", "0.00"), (await bank.Usage(account), await bank.Usage(other)));
    }

    [Theory]
    [InlineData("savio:7")]
    [InlineData("7_3")]
    [InlineData("7+1")]
    public async Task Ids_may_have_colon_underscore_and_plus(string id)
    {
        var account = await bank.Account();
        Assert.Equal(HttpStatusCode.OK, (await bank.Put(Bank.Job(id, account, "1.00"))).Status);
        Assert.Equal(id, (await bank.Get($"jobs/{Uri.EscapeDataString(id)}/")).Text("jobslurmid"));
    }

    [Theory]
    [InlineData("")]
    public async Task A_body_that_is_no_object_is_400(string body) =>
        Assert.Equal(HttpStatusCode.BadRequest, (await bank.Send(HttpMethod.Post, "jobs/", body)).Status);

    [Fact]
    public async Task A_body_above_a_mebibyte_is_refused()
    {
        var job = Bank.Job("j-21", await bank.Account(), "1.00");
        job["qos"] = new string('x', 1 << 20);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await bank.Post(job)).Status);
    }
}

public sealed class SqliteJobTests(BankOn<SqliteTestDatabase> bank) : JobTests<SqliteTestDatabase>(bank);

public sealed class PostgresJobTests(BankOn<PostgresTestDatabase> bank) : JobTests<PostgresTestDatabase>(bank);
