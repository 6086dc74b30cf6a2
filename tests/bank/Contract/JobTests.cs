using System.Net;
using System.Text.Json.Nodes;

namespace SlurmBanking.Bank.Tests.Contract;

/// <summary>The rows POST and PUT of the contract: status, body, and what the account's usage is afterwards.</summary>
public sealed class JobTests(Bank bank) : IClassFixture<Bank>
{
    [Fact]
    public async Task A_new_job_is_charged_to_project_and_user()
    {
        var account = await bank.Account(cap: 60);
        var answer = await bank.Post(Bank.Job("j-1", account, "10.50"));
        Assert.Equal(HttpStatusCode.Created, answer.Status);
        Assert.True(
            JsonNode.DeepEquals(
                JsonNode.Parse(
                    $$"""
                    {"jobslurmid":"j-1","submitdate":"2026-06-15T12:00:00+00:00","startdate":"2026-06-15T12:00:00+00:00",
                     "enddate":"2026-06-15T12:00:00+00:00","userid":"1000","accountid":"{{account}}","amount":"10.50","jobstatus":null,
                     "partition":"normal","qos":null,"nodes":[],"num_cpus":null,"num_req_nodes":null,"num_alloc_nodes":null,
                     "raw_time":null,"cpu_time":null}
                    """
                ),
                answer.Json
            ),
            answer.Body
        );
        Assert.Equal("10.50", await bank.Usage(account));
        Assert.Equal("10.50", await bank.UserUsage(account, "89.50"));
    }

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
    public async Task A_charge_may_overdraw()
    {
        var account = await bank.Account();
        Assert.Equal(HttpStatusCode.Created, (await bank.Post(Bank.Job("j-3", account, "150.00"))).Status);
        Assert.Equal("150.00", await bank.Usage(account));
    }

    [Fact]
    public async Task A_taken_id_is_refused_and_changes_nothing()
    {
        var account = await bank.Account();
        await bank.Post(Bank.Job("j-4", account, "10.00"));
        var again = await bank.Post(Bank.Job("j-4", account, "99.00"));
        Assert.Equal(HttpStatusCode.BadRequest, again.Status);
        Assert.Equal("""{"jobslurmid":["job with this jobslurmid already exists."]}""", again.Body);
        Assert.Equal("10.00", await bank.Usage(account));
        Assert.Equal("10.00", (await bank.Get("jobs/j-4/")).Text("amount"));
    }

    [Fact]
    public async Task A_new_job_without_an_amount_costs_nothing()
    {
        var account = await bank.Account();
        var job = Bank.Job("j-5", account, "");
        job.Remove("amount");
        var answer = await bank.Post(job);
        Assert.Equal((HttpStatusCode.Created, "0.00"), (answer.Status, answer.Text("amount")));
        Assert.Equal("0.00", await bank.Usage(account));
    }

    [Theory]
    [InlineData("submitdate", null)]
    [InlineData("startdate", null)]
    [InlineData("startdate", "2026-05-31T23:59:59Z")]
    public async Task A_new_job_without_a_start_in_the_window_is_stored_uncharged(string field, string? date)
    {
        var account = await bank.Account(start: "2026-06-01");
        var job = Bank.Job($"j-6-{account}", account, "10.00");
        job[field] = date;
        var answer = await bank.Post(job);
        Assert.Equal((HttpStatusCode.Created, "10.00"), (answer.Status, answer.Text("amount")));
        Assert.Equal("0.00", await bank.Usage(account));
    }

    [Fact]
    public async Task What_was_stored_uncharged_is_charged_when_its_dates_arrive_and_never_refunded_before()
    {
        var account = await bank.Account();
        var job = Bank.Job("j-7", account, "10.00");
        job.Remove("startdate");
        await bank.Post(job);
        await bank.Put(Bank.Job("j-7", account, "4.00"));
        Assert.Equal("4.00", await bank.Usage(account));
    }

    [Fact]
    public async Task An_unknown_job_is_charged_by_PUT()
    {
        var account = await bank.Account(cap: 60);
        var answer = await bank.Put(Bank.Job("j-8", account, "30.00"));
        Assert.Equal((HttpStatusCode.OK, "30.00"), (answer.Status, answer.Text("amount")));
        Assert.Equal("30.00", await bank.Usage(account));
        Assert.Equal("30.00", await bank.UserUsage(account, "70.00"));
    }

    [Theory]
    [InlineData("30.00")]
    [InlineData("48.00")]
    [InlineData("160.00")]
    [InlineData("0.00")]
    public async Task A_known_job_is_charged_the_difference_once(string amount)
    {
        var account = await bank.Account();
        var job = Bank.Job($"j-9-{account}", account, amount);
        await bank.Post(Bank.Job($"j-9-{account}", account, "48.00"));
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(HttpStatusCode.OK, (await bank.Put(job)).Status);
            Assert.Equal(amount, await bank.Usage(account));
        }
    }

    [Theory]
    [InlineData("submitdate", null)]
    [InlineData("startdate", null)]
    [InlineData("enddate", null)]
    [InlineData("startdate", "2026-05-31T23:59:59Z")]
    [InlineData("enddate", "2998-01-01T00:00:01Z")]
    public async Task A_PUT_without_all_dates_in_the_window_is_stored_and_leaves_the_charge(string field, string? date)
    {
        var account = await bank.Account(start: "2026-06-01", end: "2998-01-01");
        var id = $"j-10-{account}";
        await bank.Post(Bank.Job(id, account, "48.00"));
        var job = Bank.Job(id, account, "30.00");
        job[field] = date;
        var answer = await bank.Put(job);
        Assert.Equal((HttpStatusCode.OK, "30.00"), (answer.Status, answer.Text("amount")));
        Assert.Equal("48.00", await bank.Usage(account));
        await bank.Put(Bank.Job(id, account, "20.00"));
        Assert.Equal("20.00", await bank.Usage(account));
    }

    [Fact]
    public async Task A_PUT_without_dates_for_an_unknown_job_charges_nothing()
    {
        var account = await bank.Account();
        var job = Bank.Job("j-11", account, "30.00");
        job.Remove("enddate");
        Assert.Equal(HttpStatusCode.OK, (await bank.Put(job)).Status);
        Assert.Equal("0.00", await bank.Usage(account));
    }

    [Fact]
    public async Task Neither_user_nor_account_of_a_job_can_be_changed()
    {
        var account = await bank.Account();
        var other = await bank.Account();
        await bank.Post(Bank.Job("j-12", account, "10.00"));
        var changedUser = Bank.Job("j-12", account, "20.00");
        changedUser["userid"] = "1001";
        Assert.Equal(HttpStatusCode.BadRequest, (await bank.Put(changedUser)).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await bank.Put(Bank.Job("j-12", other, "20.00"))).Status);
        Assert.Equal(("10.00", "0.00"), (await bank.Usage(account), await bank.Usage(other)));
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
        var statement = await BankProcess.Run("statement", account, "--format", "csv", "--database", bank.DatabasePath);
        Assert.Contains(",overrun,j-15,1000,-12.00,40.00", statement.Output, StringComparison.Ordinal);
        bank.SetEnd(account, null);
        Assert.Equal("60.00", await bank.Usage(account));
    }

    [Fact]
    public async Task A_user_who_has_left_starts_nothing_but_what_was_used_is_settled()
    {
        var account = await bank.Account();
        await bank.Post(Bank.Job("j-16", account, "48.00"));
        bank.Execute("UPDATE members SET uid = '4321' WHERE account = $1", account);
        Assert.NotNull((await bank.Post(Bank.Job("j-17", account, "10.00"))).Json["non_field_errors"]);
        Assert.Equal(HttpStatusCode.OK, (await bank.Put(Bank.Job("j-16", account, "30.00"))).Status);
        bank.Execute("UPDATE members SET uid = '1000' WHERE account = $1", account);
        Assert.Equal("30.00", await bank.Usage(account));
    }

    [Theory]
    [InlineData("amount", "\"-0.01\"")]
    [InlineData("amount", "null")]
    [InlineData("amount", "\"NaN\"")]
    [InlineData("amount", "\"1.001\"")]
    [InlineData("amount", "1e400")]
    [InlineData("amount", "\"1000000000.00\"")]
    [InlineData("amount", "{}")]
    [InlineData("jobslurmid", "null")]
    [InlineData("jobslurmid", "\"\"")]
    [InlineData("userid", "\"root\"")]
    [InlineData("userid", "\"77777\"")]
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
        var account = await bank.Account();
        var job = Bank.Job($"j-18-{account}", account, "10.00");
        job[field] = JsonNode.Parse(json);
        var posted = await bank.Post(job);
        Assert.Equal(HttpStatusCode.BadRequest, posted.Status);
        Assert.Equal([field], posted.Json.AsObject().Select(static error => error.Key));
        Assert.NotEmpty(posted.Json[field]!.AsArray());
        Assert.Equal("0.00", await bank.Usage(account));
    }

    [Theory]
    [InlineData("")]
    [InlineData("n234567890123456789012345678901")]
    public async Task A_node_name_of_the_wrong_length_is_refused_in_its_place(string name)
    {
        var account = await bank.Account();
        var job = Bank.Job("j-19", account, "10.00");
        job["nodes"] = new JsonArray(new JsonObject { ["name"] = "n1" }, new JsonObject { ["name"] = name });
        foreach (var answer in new[] { await bank.Post(job), await bank.Put(job) })
        {
            Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
            var nodes = answer.Json["nodes"]!.AsArray();
            Assert.Empty(nodes[0]!.AsObject());
            Assert.Single(nodes[1]!["name"]!.AsArray());
        }

        Assert.Equal("0.00", await bank.Usage(account));
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

    [Fact]
    public async Task An_id_with_a_dot_is_not_found() =>
        Assert.Equal(HttpStatusCode.NotFound, (await bank.Put(Bank.Job("7.batch", await bank.Account(), "1.00"))).Status);

    [Fact]
    public async Task A_job_is_neither_patched_nor_deleted()
    {
        var account = await bank.Account();
        var job = Bank.Job("j-20", account, "10.00");
        await bank.Post(job);
        var patched = await bank.Send(HttpMethod.Patch, "jobs/j-20/", job.ToJsonString());
        Assert.Equal(HttpStatusCode.OK, patched.Status);
        Assert.NotEmpty(patched.Text("failure"));
        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await bank.Send(HttpMethod.Delete, "jobs/j-20/")).Status);
        Assert.Equal("10.00", await bank.Usage(account));
    }

    [Theory]
    [InlineData("{")]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("\"text\"")]
    public async Task A_body_that_is_no_object_is_400(string body) =>
        Assert.Equal(HttpStatusCode.BadRequest, (await bank.Send(HttpMethod.Post, "jobs/", body)).Status);

    [Fact]
    public async Task A_body_above_a_mebibyte_is_refused()
    {
        var job = Bank.Job("j-21", await bank.Account(), "1.00");
        job["qos"] = new string('x', 1 << 20);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await bank.Post(job)).Status);
    }

    [Fact]
    public async Task Of_64_that_create_one_job_at_once_one_does()
    {
        var account = await bank.Account();
        var answers = await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => bank.Post(Bank.Job("j-22", account, "1.00"))));
        Assert.Single(answers, static answer => answer.Status == HttpStatusCode.Created);
        Assert.Equal(63, answers.Count(static answer => answer.Body == """{"jobslurmid":["job with this jobslurmid already exists."]}"""));
        Assert.Equal("1.00", await bank.Usage(account));
    }
}
