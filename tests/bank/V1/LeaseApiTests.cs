using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using SlurmBanking.Bank.Tests.Contract;
using SlurmBanking.Bank.Tests.Storage;

namespace SlurmBanking.Bank.Tests.V1;

/// <summary>Leases as clusters ask for them, and as operators see and release them.</summary>
public abstract class LeaseApiTests<TDatabase>(BankOn<TDatabase> bank) : IClassFixture<BankOn<TDatabase>>
    where TDatabase : TestDatabase, new()
{
    [Fact]
    public async Task A_cluster_is_told_all_that_it_decides_by()
    {
        using var client = await V1Client.Of(bank);
        var account = await bank.Account(deposit: 100, cap: 60);
        await bank.Post(Contract.Bank.Job($"{account}:1", account, "10.00"));
        var answer = await client.Send(
            HttpMethod.Put,
            Path(account, "a"),
            Request("20.00", "50", ("1000", "5", "10"), ("7", "0", "1")),
            with: bank.Staff
        );
        Assert.Equal(HttpStatusCode.OK, answer.Status);
        // 90 are left of the account, and 50 of the user's cap: a lone cluster gets all of both. 7 is no member.
        var expected = $$"""
            {
              "account": "{{account}}", "cluster": "a", "sequence": 0, "is_active": true, "is_exempt": false, "expires_in_seconds": 60,
              "project": {"granted": "90.00", "asked_back": "0.00", "available": "0.00", "limit": "100.00",
                          "charged": "10.00", "uncovered": "0.00"},
              "users": [
                {"userid": "1000", "is_member": true, "granted": "50.00", "asked_back": "0.00", "available": "0.00", "limit": "60.00",
                 "charged": "10.00", "uncovered": "0.00"},
                {"userid": "7", "is_member": false, "granted": null, "asked_back": "0.00", "available": null, "limit": null,
                 "charged": "0.00", "uncovered": "0.00"}
              ]
            }
            """;
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), answer.Json), answer.Body);

        // Shown again, but for who is no member; the other users' leases stay when they are not named.
        await client.Send(HttpMethod.Put, Path(account, "a"), Request("20.00", "50"), with: bank.Staff);
        var shown = await client.Get(Path(account, "a"), with: bank.Reader);
        var known = JsonNode.Parse(expected)!;
        known["users"]!.AsArray().RemoveAt(1);
        Assert.InRange(int.Parse(shown["expires_in_seconds"]), 50, 60);
        known["expires_in_seconds"] = shown.Json["expires_in_seconds"]!.DeepClone();
        Assert.True(JsonNode.DeepEquals(known, shown.Json), shown.Body);
    }

    [Fact]
    public async Task What_arrives_late_or_twice_changes_nothing()
    {
        using var client = await V1Client.Of(bank);
        var account = await bank.Account(deposit: 100);
        Assert.Equal(("7", "100.00"), await Renew(7, "0", "90"));
        Assert.Equal("0.00", await WantAll());
        Assert.Equal(("8", "30.00"), await Renew(8, "0", "30"));
        Assert.Equal("70.00", await WantAll());

        // What was given back is another's by now.
        Assert.Equal(("8", "30.00"), await Renew(8, "0", "20"));
        Assert.Equal(("8", "30.00"), await Renew(7, "0", "90"));
        Assert.Equal(("9007199254740991", "30.00"), await Renew(9_007_199_254_740_991, "0", "30"));

        async Task<(string Sequence, string Granted)> Renew(long sequence, string held, string want)
        {
            var request = Request(held, want);
            request["sequence"] = sequence;
            var answer = await client.Send(HttpMethod.Put, Path(account, "a"), request, with: bank.Staff);
            return (answer["sequence"], answer["project.granted"]);
        }

        async Task<string> WantAll() =>
            (await client.Send(HttpMethod.Put, Path(account, "b"), Request("0", "100"), with: bank.Staff))["project.granted"];
    }

    [Fact]
    public async Task Nothing_is_needed_where_nothing_limits()
    {
        using var client = await V1Client.Of(bank);
        var exempt = await bank.Account(deposit: 0, isExempt: true);
        var answer = await client.Send(HttpMethod.Put, Path(exempt, "a"), Request("7", "8", ("1000", "1", "1")));
        Assert.Equal(("true", "null", "null"), (answer["is_exempt"], answer["project.granted"], answer["project.available"]));
        var uncapped = await bank.Account();
        answer = await client.Send(HttpMethod.Put, Path(uncapped, "a"), Request("7", "8", ("1000", "1", "1")));
        var user = answer.Json["users"]![0]!;
        Assert.Equal(("100.00", true, (JsonNode?)null), (answer["project.granted"], user["is_member"]!.GetValue<bool>(), user["granted"]));
        Assert.Contains("can be submitted", (await bank.Ask("1000000", exempt)).Text("message"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_clusters_share_and_the_header_says_whose_lease_a_job_uses_up()
    {
        using var client = await V1Client.Of(bank);
        var account = await bank.Account(deposit: 100);
        Assert.Equal("100.00", (await Renew("a", "10", "10"))["project.granted"]);
        Assert.Equal("0.00", (await Renew("b", "0", "0"))["project.granted"]);
        // 90 idle are 45 each.
        Assert.Equal("45.00", (await client.Get(Path(account, "a")))["project.asked_back"]);
        Assert.Equal("55.00", (await Renew("a", "10", "55"))["project.granted"]);
        Assert.Equal("45.00", (await Renew("b", "0", "0"))["project.granted"]);

        Assert.Equal(
            HttpStatusCode.Created,
            (await Send(HttpMethod.Post, "jobs/", "a", Contract.Bank.Job($"{account}:1", account, "10.00"))).Status
        );
        Assert.Equal("45.00", (await client.Get(Path(account, "a")))["project.granted"]);
        Assert.Equal("45.00", (await client.Get(Path(account, "b")))["project.granted"]);
        var balance = await Send(HttpMethod.Get, $"v1/accounts/{account}/balance", "a", null);
        Assert.Equal(("10.00", "45.00", "45.00"), (balance["project.charged"], balance["project.leased"], balance["project.available"]));
        var refusal = await Send(HttpMethod.Get, $"can_submit_job/45.01/1000/{account}/", "b", null);
        Assert.Equal("Adding job_cost 45.01 to account balance 55.00 would exceed account allocation 100.00.", refusal["message"]);
        var anybody = await bank.Ask("0.01", account);
        Assert.Equal("Adding job_cost 0.01 to account balance 100.00 would exceed account allocation 100.00.", anybody.Text("message"));

        var list = await client.Get($"v1/accounts/{account}/leases", with: bank.Reader);
        Assert.Equal("2", list["count"]);
        Assert.Equal(
            ("a", (JsonNode?)null, "45.00", "10.00", true),
            (
                list.Json["results"]![0]!["cluster"]!.ToString(),
                list.Json["results"]![0]!["userid"],
                list.Json["results"]![0]!["granted"]!.ToString(),
                list.Json["results"]![0]!["held"]!.ToString(),
                list.Json["results"]![0]!["is_live"]!.GetValue<bool>()
            )
        );

        Task<V1Client.Answer> Renew(string cluster, string held, string want) =>
            client.Send(HttpMethod.Put, Path(account, cluster), Request(held, want), with: bank.Staff);
    }

    [Fact]
    public async Task Who_may_not_is_refused_and_what_is_wrong_is_named()
    {
        using var client = await V1Client.Of(bank);
        var account = await bank.Account();
        Assert.Equal(
            HttpStatusCode.Forbidden,
            (await client.Send(HttpMethod.Put, Path(account, "a"), Request("0", "0"), with: bank.Reader)).Status
        );
        await client.Send(HttpMethod.Put, Path(account, "a"), Request("0", "0"), with: bank.Staff);
        var reason = new JsonObject { ["reason"] = "x" };
        Assert.Equal(HttpStatusCode.Forbidden, (await client.Send(HttpMethod.Delete, Path(account, "a"), reason, with: bank.Staff)).Status);
        (await client.Send(HttpMethod.Put, Path(account, "a"), Request("2", "1.99"))).Refuses(HttpStatusCode.BadRequest, "project");
        (await client.Send(HttpMethod.Put, Path(account, "a"), Request("0", "0", ("1", "0", "0"), ("1", "0", "0")))).Refuses(
            HttpStatusCode.BadRequest,
            "users"
        );
        var many = Enumerable.Range(0, 1001).Select(static i => ($"{i}", "0", "0")).ToArray();
        (await client.Send(HttpMethod.Put, Path(account, "a"), Request("0", "0", many))).Refuses(HttpStatusCode.BadRequest, "users");
        Assert.Equal(HttpStatusCode.OK, (await client.Send(HttpMethod.Put, Path(account, "a"), Request("0", "0", many[1..]))).Status);
        (await client.Send(HttpMethod.Put, Path("none", "a"), Request("0", "0"))).Refuses(HttpStatusCode.NotFound, "account");
        (await client.Get(Path(account, "b"))).Refuses(HttpStatusCode.NotFound, "cluster");
        (await client.Send(HttpMethod.Delete, Path(account, "b"), reason)).Refuses(HttpStatusCode.NotFound, "cluster");
        (await client.Send(HttpMethod.Delete, Path(account, "a"), new JsonObject())).Refuses(HttpStatusCode.BadRequest, "reason");
        Assert.Equal(HttpStatusCode.NoContent, (await client.Send(HttpMethod.Delete, Path(account, "a"), reason)).Status);
        (await client.Get(Path(account, "a"))).Refuses(HttpStatusCode.NotFound, "cluster");
    }

    [Fact]
    public async Task The_command_line_shows_and_releases()
    {
        using var client = await V1Client.Of(bank);
        var account = await bank.Account(cap: 60);
        await client.Send(HttpMethod.Put, Path(account, "old"), Request("20", "20", ("1000", "5", "5")));
        var table = await Command(0, "lease", "list", account);
        Assert.Matches(@"\AACCOUNT +CLUSTER +USER +LEASED +HELD +WANTED MORE +STATE\n", table);
        Assert.Matches($@"(?m)^{account} +old +- +100\.00 +20\.00 +0\.00 +live$", table);
        Assert.Matches($@"(?m)^{account} +old +1000 +60\.00 +5\.00 +0\.00 +live$", table);
        bank.Database.Execute("UPDATE leases SET expires = 1000000 WHERE account = $1", account);
        Assert.Matches(
            $@"(?m)^{account} +old +- +20\.00 +20\.00 +0\.00 +stale since 1970-01-01T00:00:01Z$",
            await Command(0, "lease", "list")
        );
        Assert.Contains("--reason", await Command(2, "lease", "release", account, "old"), StringComparison.Ordinal);
        Assert.Equal(
            $"released 20.00 SU of account {account} from cluster old\n",
            await Command(0, "lease", "release", account, "old", "--reason", "scrapped")
        );
        Assert.Contains("has no lease", await Command(1, "lease", "release", account, "old", "--reason", "x"), StringComparison.Ordinal);
        Assert.Contains("there is no account none", await Command(1, "lease", "list", "none"), StringComparison.Ordinal);
        Assert.DoesNotContain(account, await Command(0, "lease", "list", account), StringComparison.Ordinal);
    }

    private async Task<string> Command(int exitCode, params string[] arguments)
    {
        var run = await BankProcess.Run([.. arguments, "--database", bank.Database.Address]);
        Assert.True(exitCode == run.ExitCode, run.Output + run.Error);
        return exitCode == 0 ? run.Output : run.Error;
    }

    private async Task<V1Client.Answer> Send(HttpMethod method, string path, string cluster, JsonObject? body)
    {
        using var http = new HttpClient { BaseAddress = bank.Address };
        using var request = new HttpRequestMessage(method, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Token", bank.Staff);
        request.Headers.Add("Slurm-Cluster", cluster);
        request.Content = body is null ? null : new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        using var response = await http.SendAsync(request);
        return new V1Client.Answer(response.StatusCode, await response.Content.ReadAsStringAsync(), null, method, path);
    }

    private static string Path(string account, string cluster) => $"v1/accounts/{account}/leases/{cluster}";

    private static JsonObject Request(string held, string want, params (string Uid, string Held, string Want)[] users) =>
        new()
        {
            ["project"] = new JsonObject { ["held"] = held, ["want"] = want },
            ["users"] = new JsonArray([
                .. users.Select(static user => new JsonObject
                {
                    ["userid"] = user.Uid,
                    ["held"] = user.Held,
                    ["want"] = user.Want,
                }),
            ]),
        };
}

public sealed class SqliteLeaseApiTests(BankOn<SqliteTestDatabase> bank) : LeaseApiTests<SqliteTestDatabase>(bank);

public sealed class PostgresLeaseApiTests(BankOn<PostgresTestDatabase> bank) : LeaseApiTests<PostgresTestDatabase>(bank);
