using System.Net;
using System.Text.Json.Nodes;

namespace SlurmBanking.Contract.Tests;

/// <summary>The rows about POST /jobs/: status, body, and what it does to the usage.</summary>
public sealed class ChargeTests : ContractTests
{
    [Fact]
    public async Task A_new_job_is_charged_and_comes_back_whole()
    {
        var job = BankUnderTest.Job(Bank.Account, "1.50");
        job["jobstatus"] = "COMPLETED";
        job["qos"] = "savio_normal";
        job["nodes"] = new JsonArray(new JsonObject { ["name"] = "n0001.savio2" }, new JsonObject { ["name"] = new string('n', 30) });
        job["num_cpus"] = 24;
        job["num_req_nodes"] = 1;
        job["num_alloc_nodes"] = 2;
        job["raw_time"] = 0.25;
        job["cpu_time"] = 6;
        var cost = await Cost(
            Bank.Account,
            async () =>
            {
                var answer = await Bank.Post(job);
                Assert.Equal(HttpStatusCode.Created, answer.Status);
                foreach (var (name, sent) in job)
                {
                    Assert.True(
                        Same(sent!, answer.Json[name], isTime: name.EndsWith("date", StringComparison.Ordinal)),
                        $"{name}: {answer.Body}"
                    );
                }
            }
        );
        Assert.Equal(1.50m, cost);
    }

    [Fact]
    public async Task What_was_not_said_of_a_job_is_null()
    {
        var answer = (await Bank.Post(BankUnderTest.Job(Bank.Account, "0.10"))).Json;
        foreach (var name in new[] { "jobstatus", "qos", "num_cpus", "num_req_nodes", "num_alloc_nodes", "raw_time", "cpu_time" })
        {
            Assert.True(answer.AsObject().TryGetPropertyValue(name, out var value) && value is null, $"{name}: {answer.ToJsonString()}");
        }

        Assert.Empty(answer["nodes"]!.AsArray());
    }

    [Fact]
    public async Task A_new_job_is_charged_to_the_user_too()
    {
        var before = await Bank.UserStanding(Bank.Capped);
        await Bank.Post(BankUnderTest.Job(Bank.Capped, "1.50"));
        Assert.Equal(before with { Usage = before.Usage + 1.50m }, await Bank.UserStanding(Bank.Capped));
    }

    [Fact]
    public async Task A_charge_may_overdraw()
    {
        var (usage, allocation) = await Bank.Standing(Bank.Account);
        var answer = await Bank.Post(BankUnderTest.Job(Bank.Account, BankUnderTest.Text(allocation - usage + 50)));
        Assert.Equal(HttpStatusCode.Created, answer.Status);
        Assert.Equal(allocation + 50, await Bank.Usage(Bank.Account));
    }

    [Fact]
    public async Task A_taken_id_is_refused_and_changes_nothing()
    {
        var job = BankUnderTest.Job(Bank.Account, "1.00");
        await Bank.Post(job);
        var again = job.DeepClone().AsObject();
        again["amount"] = "9.00";
        var cost = await Cost(
            Bank.Account,
            async () =>
            {
                var answer = await Bank.Post(again);
                Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
                Assert.True(
                    JsonNode.DeepEquals(
                        new JsonObject { ["jobslurmid"] = new JsonArray("job with this jobslurmid already exists.") },
                        answer.Json
                    ),
                    answer.Body
                );
            }
        );
        Assert.Equal(0m, cost);
    }

    [Fact]
    public async Task A_new_job_without_an_amount_costs_nothing()
    {
        var job = BankUnderTest.Job(Bank.Account, "");
        job.Remove("amount");
        var cost = await Cost(
            Bank.Account,
            async () =>
            {
                var answer = await Bank.Post(job);
                Assert.Equal((HttpStatusCode.Created, "0.00"), (answer.Status, answer.Text("amount")));
            }
        );
        Assert.Equal(0m, cost);
    }

    [Theory]
    [InlineData("submitdate")]
    [InlineData("startdate")]
    public async Task A_new_job_without_its_dates_is_stored_uncharged(string field)
    {
        var job = BankUnderTest.Job(Bank.Account, "1.00");
        job[field] = null;
        Assert.Equal(0m, await Cost(Bank.Account, () => Stored(job)));
    }

    [Fact]
    public async Task A_new_job_from_before_the_allocation_is_stored_uncharged()
    {
        var job = BankUnderTest.Job(Bank.Dated, "1.00");
        job["startdate"] = Bank.Dated.Start!.Value.AddSeconds(-1).UtcDateTime.ToString("O");
        Assert.Equal(0m, await Cost(Bank.Dated, () => Stored(job)));
    }

    [Fact]
    public async Task After_the_end_of_the_allocation_a_new_job_is_refused()
    {
        var answer = await Bank.Post(BankUnderTest.Job(Bank.Over, "1.00"));
        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.NotEmpty(answer.Json["non_field_errors"]!.AsArray());
    }

    [Theory]
    [InlineData("amount", "\"-0.01\"")]
    [InlineData("amount", "null")]
    [InlineData("amount", "\"NaN\"")]
    [InlineData("amount", "\"1.001\"")]
    [InlineData("amount", "\"123456789012.00\"")]
    [InlineData("jobslurmid", "null")]
    [InlineData("jobslurmid", "\"\"")]
    [InlineData("userid", "\"999999999\"")]
    [InlineData("accountid", "\"no_such_account\"")]
    [InlineData("startdate", "\"yesterday\"")]
    [InlineData("jobstatus", "\"123456789012345678901234567890123456789012345678901\"")]
    [InlineData("num_cpus", "2147483648")]
    [InlineData("num_cpus", "1.5")]
    [InlineData("raw_time", "\"long\"")]
    [InlineData("nodes", "null")]
    [InlineData("nodes", "\"n1\"")]
    public async Task A_wrong_field_is_named_and_changes_nothing(string field, string json)
    {
        var job = BankUnderTest.Job(Bank.Account, "1.00");
        job[field] = JsonNode.Parse(json);
        var cost = await Cost(
            Bank.Account,
            async () =>
            {
                var answer = await Bank.Post(job);
                Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
                Assert.Equal([field], answer.Json.AsObject().Select(static error => error.Key));
                Assert.NotEmpty(answer.Json[field]!.AsArray());
            }
        );
        Assert.Equal(0m, cost);
    }

    [Theory]
    [InlineData("")]
    [InlineData("n234567890123456789012345678901")]
    public async Task A_node_name_of_the_wrong_length_is_refused_in_its_place(string name)
    {
        var job = BankUnderTest.Job(Bank.Account, "1.00");
        job["nodes"] = new JsonArray(new JsonObject { ["name"] = "n1" }, new JsonObject { ["name"] = name });
        var cost = await Cost(
            Bank.Account,
            async () =>
            {
                foreach (var answer in new[] { await Bank.Post(job), await Bank.Put(job) })
                {
                    Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
                    var nodes = answer.Json["nodes"]!.AsArray();
                    Assert.Empty(nodes[0]!.AsObject());
                    Assert.Single(nodes[1]!["name"]!.AsArray());
                }
            }
        );
        Assert.Equal(0m, cost);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("\"text\"")]
    public async Task A_body_that_is_no_object_is_400(string body) =>
        Assert.Equal(HttpStatusCode.BadRequest, (await Bank.Send(HttpMethod.Post, "jobs/", body)).Status);

    [Fact]
    public async Task Of_32_that_create_one_job_at_once_one_does()
    {
        Bank.WhereNotExcused();
        var job = BankUnderTest.Job(Bank.Account, "1.00");
        var cost = await Cost(
            Bank.Account,
            async () =>
            {
                var answers = await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => Bank.Post(job.DeepClone().AsObject())));
                Assert.Single(answers, static answer => answer.Status == HttpStatusCode.Created);
                Assert.Equal(
                    31,
                    answers.Count(static answer => answer.Status == HttpStatusCode.BadRequest && answer.Json["jobslurmid"] is JsonArray)
                );
            }
        );
        Assert.Equal(1m, cost);
    }

    private async Task Stored(JsonObject job)
    {
        var answer = await Bank.Post(job);
        Assert.Equal((HttpStatusCode.Created, "1.00"), (answer.Status, answer.Text("amount")));
    }

    private static bool Same(JsonNode sent, JsonNode? got, bool isTime) =>
        got is not null
        && (
            isTime
                ? sent.GetValue<string>() is var text
                    && DateTimeOffset.Parse(text, null) == DateTimeOffset.Parse(got.GetValue<string>(), null)
            : sent.GetValueKind() == System.Text.Json.JsonValueKind.Number
                ? decimal.Parse(sent.ToJsonString(), null) == decimal.Parse(got.ToJsonString(), null)
            : JsonNode.DeepEquals(sent, got)
        );
}
