using System.Net;
using System.Text.Json.Nodes;
using SlurmBanking.Bank.Tests.Storage;

namespace SlurmBanking.Bank.Tests.V1;

/// <summary>Accounts, funds and tokens under /v1/, calculated by hand.</summary>
public abstract class AccountTests<TDatabase>(Contract.BankOn<TDatabase> bank) : IClassFixture<Contract.BankOn<TDatabase>>
    where TDatabase : TestDatabase, new()
{
    [Fact]
    public async Task An_account_is_opened_changed_listed_and_renewed()
    {
        using var client = await V1Client.Of(bank);
        var opened = await client.Post(
            "v1/accounts",
            new JsonObject
            {
                ["name"] = "v1_open",
                ["limit"] = "120.00",
                ["end"] = "2998-01-01T00:00:00Z",
            }
        );
        Assert.Equal(HttpStatusCode.Created, opened.Status);
        Assert.Equal(
            """{"name":"v1_open","limit":"120.00","credit":"0.00","start":null,"end":"2998-01-01T00:00:00Z","exempt":false,"period":1}""",
            opened.Body
        );
        Assert.Equal(opened.Body, (await client.Get("v1/accounts/v1_open")).Body);
        (await client.Post("v1/accounts", new JsonObject { ["name"] = "v1_open" })).Refuses(HttpStatusCode.Conflict, "name");

        await client.Post("v1/accounts/v1_open/deposits", new JsonObject { ["amount"] = "100" });
        var change = new JsonObject
        {
            ["limit"] = null,
            ["credit"] = "5",
            ["end"] = "2020-01-01T00:00:00+01:00",
            ["reason"] = "agreed",
        };
        var changed = await client.Send(HttpMethod.Patch, "v1/accounts/v1_open", change);
        Assert.Equal(("null", "5.00", "2019-12-31T23:00:00Z"), (changed["limit"], changed["credit"], changed["end"]));
        (await client.Send(HttpMethod.Patch, "v1/accounts/v1_open", new JsonObject { ["reason"] = "x" })).Refuses(
            HttpStatusCode.Conflict,
            "account"
        );
        (await client.Post("v1/accounts/v1_open/deposits", new JsonObject { ["amount"] = "1" })).Refuses(
            HttpStatusCode.Conflict,
            "account"
        );
        (await client.Post("v1/accounts/v1_open/renewals", new JsonObject { ["carry_over"] = "100.01" })).Refuses(
            HttpStatusCode.Conflict,
            "carry_over"
        );
        (await client.Post("v1/accounts/v1_open/renewals", new JsonObject { ["end"] = "2020-02-01T00:00:00Z" })).Refuses(
            HttpStatusCode.BadRequest,
            "end"
        );
        var renewed = await client.Post("v1/accounts/v1_open/renewals", new JsonObject { ["carry_over"] = "all" });
        Assert.Equal(
            (HttpStatusCode.Created, "100.00", "2", "2019-12-31T23:00:00Z"),
            (renewed.Status, renewed["carried_over"], renewed["period"], renewed["start"])
        );
        Assert.Equal("105.00", (await client.Get("v1/accounts/v1_open/balance"))["project.limit"]);
        var list = await client.Get("v1/accounts");
        Assert.Contains(list.Json["results"]!.AsArray(), static account => account!["name"]!.GetValue<string>() == "v1_open");
    }

    [Fact]
    public async Task A_balance_tells_what_the_refusals_of_the_contract_tell()
    {
        using var client = await V1Client.Of(bank);
        var account = await bank.Account(cap: 60);
        await bank.Post(Contract.Bank.Job("v-b1", account, "48.00"));
        var balance = await client.Get($"v1/accounts/{account}/balance?user=1000");
        Assert.Equal((account, "true", "false"), (balance["account"], balance["is_active"], balance["is_exempt"]));
        Assert.Equal(("100.00", "48.00", "52.00"), (balance["project.limit"], balance["project.charged"], balance["project.available"]));
        Assert.Equal(("60.00", "48.00", "12.00"), (balance["user.limit"], balance["user.charged"], balance["user.available"]));
        Assert.Equal(("1000", "true"), (balance["user.uid"], balance["user.is_member"]));
        var other = await client.Get($"v1/accounts/{account}/balance?user=4711");
        Assert.Equal(("false", "null", "0.00"), (other["user.is_member"], other["user.limit"], other["user.charged"]));
        Assert.Equal("null", (await client.Get($"v1/accounts/{account}/balance"))["user"]);
        (await client.Get($"v1/accounts/{account}/balance?user=root")).Refuses(HttpStatusCode.BadRequest, "user");
        (await client.Get("v1/accounts/none/balance?user=1000")).Refuses(HttpStatusCode.NotFound, "account");
        bank.SetEnd(account, "2020-01-01");
        Assert.Equal("false", (await client.Get($"v1/accounts/{account}/balance"))["is_active"]);
        var exempt = await bank.Account(deposit: 0, isExempt: true);
        var unlimited = await client.Get($"v1/accounts/{exempt}/balance?user=1000");
        Assert.Equal(("true", "null", "null"), (unlimited["is_exempt"], unlimited["project.available"], unlimited["user.available"]));
        // The reader's token will do for this, but not to change anything.
        Assert.Equal(HttpStatusCode.OK, (await client.Get($"v1/accounts/{exempt}/balance", with: bank.Reader)).Status);
        Assert.Equal(
            HttpStatusCode.Forbidden,
            (await client.Post("v1/accounts", new JsonObject { ["name"] = "x" }, with: bank.Staff)).Status
        );
    }

    [Fact]
    public async Task Members_and_their_caps_are_set_and_listed()
    {
        using var client = await V1Client.Of(bank);
        var account = await bank.Account();
        var member = await client.Send(HttpMethod.Put, $"v1/accounts/{account}/members/77", new JsonObject { ["cap"] = "12.5" });
        Assert.Equal((HttpStatusCode.OK, """{"user":"77","cap":"12.50"}"""), (member.Status, member.Body));
        await client.Send(HttpMethod.Put, $"v1/accounts/{account}/members/77", new JsonObject { ["cap"] = null });
        var list = await client.Get($"v1/accounts/{account}/members");
        Assert.Equal(
            """{"count":2,"next":null,"previous":null,"results":[{"user":"77","cap":null},{"user":"1000","cap":null}]}""",
            list.Body
        );
        (await client.Send(HttpMethod.Put, "v1/accounts/none/members/77", new JsonObject())).Refuses(HttpStatusCode.NotFound, "account");
    }

    [Fact]
    public async Task Funds_move_once_under_a_key()
    {
        using var client = await V1Client.Of(bank);
        var account = await bank.Account();
        await bank.Post(Contract.Bank.Job("v-f1", account, "48.00"));
        foreach (
            var (path, body, usage, limit) in new[]
            {
                ($"v1/accounts/{account}/deposits", new JsonObject { ["amount"] = "20.00", ["reason"] = "grant" }, "48.00", "120.00"),
                ($"v1/accounts/{account}/adjustments", new JsonObject { ["amount"] = "-5.50", ["reason"] = "typo" }, "48.00", "114.50"),
                ("v1/jobs/v-f1/refunds", new JsonObject { ["amount"] = "8", ["reason"] = "node" }, "40.00", "114.50"),
            }
        )
        {
            client.Key = "the same, \"whatever\" kind";
            var first = await client.Post(path, body.DeepClone());
            Assert.Equal(HttpStatusCode.Created, first.Status);
            Assert.StartsWith("admin-", first["actor"], StringComparison.Ordinal);
            var again = await client.Post(path, body.DeepClone());
            Assert.Equal((first.Status, first.Body), (again.Status, again.Body));
            var another = body.DeepClone();
            another["amount"] = "1";
            (await client.Post(path, another)).Refuses(HttpStatusCode.Conflict, "amount");
            another = body.DeepClone();
            another["reason"] = "because";
            (await client.Post(path, another)).Refuses(HttpStatusCode.Conflict, "reason");
            var balance = await client.Get($"v1/accounts/{account}/balance");
            Assert.Equal((usage, limit), (balance["project.charged"], balance["project.limit"]));
        }

        client.Key = null;
        (await client.Post($"v1/accounts/{account}/adjustments", new JsonObject { ["amount"] = "-74.51", ["reason"] = "x" })).Refuses(
            HttpStatusCode.Conflict,
            "amount"
        );
        (await client.Post("v1/jobs/v-f1/refunds", new JsonObject { ["amount"] = "40.01", ["reason"] = "x" })).Refuses(
            HttpStatusCode.Conflict,
            "amount"
        );
        var receipt = await client.Get("v1/jobs/v-f1/receipt");
        Assert.Equal(
            ("48.00", "40.00", "8.00", "false"),
            (receipt["amount"], receipt["charged"], receipt["refunded"], receipt["is_settled"])
        );
        Assert.Equal(
            ["charge", "charge", "refund", "refund"],
            receipt.Json["transfers"]!.AsArray().Select(static one => one!["code"]!.ToString())
        );
        (await client.Get("v1/jobs/none/receipt")).Refuses(HttpStatusCode.NotFound, "job");

        var csv = await client.Get($"v1/accounts/{account}/statement", "text/csv");
        Assert.Equal("text/csv", csv.Type);
        var lines = csv.Body.TrimEnd('\n').Split('\n');
        Assert.Equal("time,code,job,user,amount,balance,actor,reason", lines[0]);
        Assert.Equal(
            [
                "deposit,,,100.00,100.00",
                "charge,v-f1,1000,-48.00,52.00",
                "deposit,,,20.00,72.00",
                "adjustment,,,-5.50,66.50",
                "refund,v-f1,1000,8.00,74.50",
            ],
            lines.Skip(1).Select(static line => string.Join(',', line.Split(',')[1..6]))
        );
        Assert.Equal(csv.Body, (await client.Get($"v1/accounts/{account}/statement?format=csv")).Body);
        var json = await client.Get($"v1/accounts/{account}/statement", "application/json");
        Assert.Equal(("5", "node"), (json["count"], json.Json["results"]![4]!["reason"]!.ToString()));
        Assert.Equal("0", (await client.Get($"v1/accounts/{account}/statement?until=2020-01-01T00:00:00Z"))["count"]);
        Assert.Equal(
            "5",
            (await client.Get($"v1/accounts/{account}/statement?since=2020-01-01T00:00:00Z&until=2990-01-01T00:00:00Z"))["count"]
        );
    }

    [Fact]
    public async Task Long_lists_come_in_pages()
    {
        using var client = await V1Client.Of(bank);
        var account = await bank.Account(deposit: 0);
        await Task.WhenAll(
            Enumerable.Range(1, 101).Select(_ => client.Post($"v1/accounts/{account}/deposits", new JsonObject { ["amount"] = "0.01" }))
        );
        var first = await client.Get($"v1/accounts/{account}/statement?since=2020-01-01T00:00:00Z");
        Assert.Equal((101, 100), (int.Parse(first["count"]), first.Json["results"]!.AsArray().Count));
        var second = await client.Get(first["next"]);
        Assert.Equal(("null", "1.01"), (second["next"], second.Json["results"]![0]!["balance"]!.ToString()));
        Assert.Equal(HttpStatusCode.NotFound, (await client.Get($"v1/accounts/{account}/statement?page=3")).Status);
    }

    [Fact]
    public async Task A_token_is_made_used_and_revoked()
    {
        using var client = await V1Client.Of(bank);
        var made = await client.Post("v1/tokens", new JsonObject { ["name"] = "v1_token", ["scope"] = "staff" });
        Assert.Equal((HttpStatusCode.Created, "staff", "null"), (made.Status, made["scope"], made["expires"]));
        var account = await bank.Account();
        var job = Contract.Bank.Job("v-t1", account, "1.00").ToJsonString();
        Assert.Equal(HttpStatusCode.Created, (await bank.Send(HttpMethod.Post, "jobs/", job, made["key"])).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await client.Get("v1/tokens", with: made["key"])).Status);
        var list = await client.Get("v1/tokens");
        Assert.Contains("""{"name":"v1_token","scope":"staff","expires":null}""", list.Body, StringComparison.Ordinal);
        (await client.Post("v1/tokens", new JsonObject { ["name"] = "v1_token", ["scope"] = "read" })).Refuses(
            HttpStatusCode.Conflict,
            "name"
        );
        Assert.Equal(HttpStatusCode.NoContent, (await client.Send(HttpMethod.Delete, "v1/tokens/v1_token", null)).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await client.Get("v1/accounts", with: made["key"])).Status);
        (await client.Send(HttpMethod.Delete, "v1/tokens/v1_token", null)).Refuses(HttpStatusCode.NotFound, "name");
    }
}

public sealed class SqliteAccountTests(Contract.BankOn<SqliteTestDatabase> bank) : AccountTests<SqliteTestDatabase>(bank);

public sealed class PostgresAccountTests(Contract.BankOn<PostgresTestDatabase> bank) : AccountTests<PostgresTestDatabase>(bank);
