using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using SlurmBanking.Bank.Tests.Storage;
using SlurmBanking.Bank.Tests.V1;
using static SlurmBanking.Bank.Tests.Contract.BadValues;

namespace SlurmBanking.Bank.Tests.Contract;

/// <summary>
/// Every field of every call, of the contract and of /v1/, with everything that could be wrong with it, over one bank: each is
/// refused with a 4xx whose body names the field, nothing is a fault of the bank's, and no balance changes.
/// </summary>
public abstract partial class BadInputTests<TDatabase>(BankOn<TDatabase> bank, ITestOutputHelper output) : IClassFixture<BankOn<TDatabase>>
    where TDatabase : TestDatabase, new()
{
    private const string Any = "*";
    private readonly List<string> _wrong = [];
    private string _admin = "";
    private int _cases;

    [Fact]
    public async Task Whatever_is_wrong_is_named_and_changes_nothing()
    {
        var account = await bank.Account(cap: 60);
        var ended = await bank.Account(end: "2998-01-01");
        bank.SetEnd(ended, "2020-01-01");
        await bank.Post(Bank.Job("bad-1", account, "40.00"));
        _admin = (
            await BankProcess.Run("token", "create", "bad_admin", "--scope", "admin", "--database", bank.Database.Address)
        ).Output.Trim();
        using var client = await V1Client.Of(bank);
        var (statement, balance) = await Books();

        await Bodies(account, ended);
        await Addresses(account);
        await Wholes(account);
        await Keys(account);
        await Clusters(account);

        output.WriteLine($"{_cases} cases of bad input");
        Assert.True(_wrong.Count == 0, $"{_wrong.Count} of {_cases} cases:\n{string.Join('\n', _wrong.Take(40))}");
        Assert.Equal((statement, balance), await Books());
        Assert.Equal("40.00", await bank.Usage(account));
        var (exitCode, _, error) = await BankProcess.Run("verify", "--database", bank.Database.Address);
        Assert.Equal((0, ""), (exitCode, error));
        Assert.DoesNotContain("was answered with 500", bank.Output, StringComparison.Ordinal);

        async Task<(string Statement, string Balance)> Books() =>
            (
                (await client.Get($"v1/accounts/{account}/statement")).Body,
                (await client.Get($"v1/accounts/{account}/balance?user=1000")).Body
            );
    }

    // Each field of each body, one wrong at a time; a field that must be there is also left out, and each is given twice.
    private async Task Bodies(string account, string ended)
    {
        var job = Bank.Job("bad-2", account, "1.00");
        var same = Bank.Job("bad-1", account, "50.00");
        (string Field, string[] Bad, bool IsRequired)[] jobFields =
        [
            ("jobslurmid", NoName, true),
            ("userid", NoUid, true),
            ("accountid", NoAccount, true),
            ("submitdate", NoTime, false),
            ("startdate", NoTime, false),
            ("enddate", NoTime, false),
            ("amount", NoAmount, false),
            ("jobstatus", [.. NoText, "1", $"\"{Long}\""], false),
            ("partition", [.. NoText, "1", $"\"{Long}\""], false),
            ("qos", [.. NoText, "1", $"\"{Long}\""], false),
            ("nodes", NoNodes, false),
            ("num_cpus", NoInteger, false),
            ("num_req_nodes", NoInteger, false),
            ("num_alloc_nodes", NoInteger, false),
            ("raw_time", NoNumber, false),
            ("cpu_time", NoNumber, false),
        ];
        (HttpMethod Method, string Path, JsonObject Good, (string Field, string[] Bad, bool IsRequired)[] Fields)[] calls =
        [
            (HttpMethod.Post, "jobs/", job, jobFields),
            (HttpMethod.Put, "jobs/bad-1/", same, jobFields),
            (HttpMethod.Put, "jobs/bad-3/", Bank.Job("bad-3", account, "1.00"), jobFields),
            (
                HttpMethod.Post,
                "api_token_auth/",
                new JsonObject { ["username"] = "bad_admin", ["password"] = "0" },
                [("username", [.. NoText, "null", "\"\""], true), ("password", [.. NoText, "null", "\"\""], true)]
            ),
            (
                HttpMethod.Post,
                "v1/accounts",
                new JsonObject { ["name"] = "bad_new" },
                [
                    ("name", NoAccountName, true),
                    ("limit", [.. NoAmount.Except(["null"])], false),
                    ("credit", NoAmount, false),
                    ("start", NoTime, false),
                    ("end", NoTime, false),
                    ("exempt", NoFlag, false),
                    ("period", ["2"], false),
                ]
            ),
            (
                HttpMethod.Patch,
                $"v1/accounts/{account}",
                new JsonObject { ["reason"] = "x" },
                [
                    ("reason", NoName, true),
                    ("limit", [.. NoAmount.Except(["null"])], false),
                    ("credit", NoAmount, false),
                    ("start", NoTime, false),
                    ("end", NoTime, false),
                    ("exempt", ["true"], false),
                    ("name", ["\"other\""], false),
                ]
            ),
            (
                HttpMethod.Post,
                $"v1/accounts/{ended}/renewals",
                new JsonObject { ["end"] = "2020-02-01T00:00:00Z" },
                [
                    ("start", [.. NoTime, "\"2030-01-01T00:00:00Z\""], false),
                    ("end", NoTime, false),
                    ("carry_over", [.. NoAmount, "\"none\""], false),
                ]
            ),
            (
                HttpMethod.Put,
                $"v1/accounts/{account}/members/1000",
                [],
                [("cap", [.. NoAmount.Except(["null"])], false), ("uid", ["\"1\""], false)]
            ),
            (
                HttpMethod.Put,
                $"v1/accounts/{account}/leases/bad",
                new JsonObject { ["project"] = JsonNode.Parse("""{"held":"0","want":"0"}""") },
                [
                    ("project", [.. NoAmount.SelectMany(NoWish), .. NoObject, NoWant], true),
                    ("users", NoUserLeases, false),
                    ("sequence", [.. NoInteger.Except(["2147483648"]), "9007199254740992"], false),
                    ("cluster", ["\"c\""], false),
                ]
            ),
            (
                HttpMethod.Delete,
                $"v1/accounts/{account}/leases/bad",
                new JsonObject { ["reason"] = "x" },
                [("reason", NoName, true), ("force", ["true"], false)]
            ),
            (
                HttpMethod.Post,
                $"v1/accounts/{account}/deposits",
                new JsonObject { ["amount"] = "1.00" },
                [("amount", NoPositive, true), ("reason", [.. NoText, "1", "\"\"", "\" \"", $"\"{Long}\""], false)]
            ),
            (
                HttpMethod.Post,
                $"v1/accounts/{account}/adjustments",
                new JsonObject { ["amount"] = "1.00", ["reason"] = "x" },
                [("amount", [.. NoSigned, "\"-999999999.99\""], true), ("reason", NoName, true)]
            ),
            (
                HttpMethod.Post,
                "v1/jobs/bad-1/refunds",
                new JsonObject { ["amount"] = "1.00", ["reason"] = "x" },
                [("amount", [.. NoPositive, "\"40.01\""], true), ("reason", NoName, true)]
            ),
            (
                HttpMethod.Put,
                "v1/clusters/bad/directory",
                new JsonObject { ["partitions"] = new JsonArray(), ["users"] = new JsonArray() },
                [("partitions", NoPartitions, false), ("users", NoUsers, false), ("nodes", ["[]"], false)]
            ),
            (
                HttpMethod.Post,
                "v1/tokens",
                new JsonObject { ["name"] = "bad_token", ["scope"] = "read" },
                [
                    ("name", [.. NoAccountName, "\"bad_admin\""], true),
                    ("scope", [.. NoName, "\"root\"", "\"READ\"", "1"], true),
                    ("expires", NoTime, false),
                ]
            ),
        ];
        foreach (var (method, path, good, fields) in calls)
        {
            foreach (var (field, bad, isRequired) in fields)
            {
                foreach (var value in bad)
                {
                    await Refused(method, path, With(good, field, value), field == "start" && value.Contains("2030") ? "end" : field);
                }

                await Refused(method, path, Twice(good, field), field);
                if (isRequired)
                {
                    await Refused(method, path, Without(good, field), field);
                }
            }
        }
    }

    // What stands in an address: names, numbers, pages, moments.
    private async Task Wholes(string account)
    {
        (HttpMethod Method, string Path)[] calls =
        [
            (HttpMethod.Post, "jobs/"),
            (HttpMethod.Put, "jobs/bad-1/"),
            (HttpMethod.Post, "api_token_auth/"),
            (HttpMethod.Post, "v1/accounts"),
            (HttpMethod.Patch, $"v1/accounts/{account}"),
            (HttpMethod.Post, $"v1/accounts/{account}/renewals"),
            (HttpMethod.Put, $"v1/accounts/{account}/members/1000"),
            (HttpMethod.Put, $"v1/accounts/{account}/leases/bad"),
            (HttpMethod.Delete, $"v1/accounts/{account}/leases/bad"),
            (HttpMethod.Post, $"v1/accounts/{account}/deposits"),
            (HttpMethod.Post, $"v1/accounts/{account}/adjustments"),
            (HttpMethod.Post, "v1/jobs/bad-1/refunds"),
            (HttpMethod.Post, "v1/tokens"),
            (HttpMethod.Put, "v1/clusters/bad/directory"),
        ];
        string[] noObject =
        [
            "",
            " ",
            "null",
            "[]",
            "1",
            "\"x\"",
            "{",
            "{}}",
            "{\"a\":}",
            "{'a':1}",
            "\0",
            "<xml/>",
            Deep(200),
            Deep(100_000),
        ];
        foreach (var (method, path) in calls)
        {
            foreach (var body in noObject)
            {
                await Refused(method, path, body, Any);
            }

            await Refused(method, path, $"{{\"amount\":\"{new string('1', 10 << 20)}\"}}", Any, HttpStatusCode.RequestEntityTooLarge);
            foreach (
                var type in new[]
                {
                    "text/plain",
                    "application/xml",
                    "application/x-www-form-urlencoded",
                    "multipart/form-data; boundary=x",
                }
            )
            {
                await Refused(method, path, "{}", Any, HttpStatusCode.UnsupportedMediaType, type);
            }

            await Refused(HttpMethod.Options, path, null, Any, HttpStatusCode.MethodNotAllowed);
            await Refused(HttpMethod.Trace, path, null, Any, HttpStatusCode.MethodNotAllowed);
            await Refused(new HttpMethod("NONSENSE"), path, null, Any, HttpStatusCode.MethodNotAllowed);
        }

        await Refused(HttpMethod.Put, "upload_cpu_data/x.zip", "no zip", "detail");
        await Refused(HttpMethod.Put, "upload_cpu_data/x.zip", new string('x', 20 << 20), Any, HttpStatusCode.RequestEntityTooLarge);
        foreach (var path in new[] { "pages", "pages/nothing", "v1", "v1/", "v1/nothing", "nothing", "jobs/a.b/", "v1/accounts/x/y/z" })
        {
            await Refused(HttpMethod.Get, path, null, Any, HttpStatusCode.NotFound);
        }
    }

    private async Task Keys(string account)
    {
        foreach (var path in new[] { $"v1/accounts/{account}/deposits", $"v1/accounts/{account}/adjustments", "v1/jobs/bad-1/refunds" })
        {
            foreach (var key in new[] { null, "", " ", "a\tb", new string('k', 101) })
            {
                await Refused(HttpMethod.Post, path, """{"amount":"1","reason":"x"}""", "Idempotency-Key", key: key);
            }
        }
    }

    // The header that names a cluster, wherever it is read.
    private async Task Clusters(string account)
    {
        foreach (var cluster in new[] { "", " ", "a b", "a/b", "..", "a\\b", new string('c', 151) })
        {
            await Refused(HttpMethod.Get, $"can_submit_job/1/1000/{account}/", null, "Slurm-Cluster", cluster: cluster);
            await Refused(HttpMethod.Get, $"v1/accounts/{account}/balance", null, "Slurm-Cluster", cluster: cluster);
            var job = Bank.Job("bad-1", account, "41.00").ToJsonString();
            await Refused(HttpMethod.Post, "jobs/", job, "Slurm-Cluster", cluster: cluster);
            await Refused(HttpMethod.Put, "jobs/bad-1/", job, "Slurm-Cluster", cluster: cluster);
        }
    }

    private async Task Refused(
        HttpMethod method,
        string path,
        string? body,
        string field,
        HttpStatusCode? status = null,
        string type = "application/json",
        string? key = "bad",
        string? cluster = null
    )
    {
        _cases++;
        using var request = new HttpRequestMessage(method, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Token", _admin);
        request.Headers.ExpectContinue = body?.Length > 1 << 20;
        if (key is not null)
        {
            request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        }

        if (cluster is not null)
        {
            request.Headers.TryAddWithoutValidation("Slurm-Cluster", cluster);
        }

        if (body is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        }

        var shown = $"{method} {path[..Math.Min(path.Length, 80)]} {body?[..Math.Min(body.Length, 120)]}";
        using var response = await Http.SendAsync(request);
        var answer = await response.Content.ReadAsStringAsync();
        var code = (int)response.StatusCode;
        if (code is < 400 or > 499 || (status is not null && response.StatusCode != status))
        {
            _wrong.Add($"{shown}: {code} {answer}");
        }
        else if (!IsJson(answer) || (field != Any && !answer.Contains(field, StringComparison.OrdinalIgnoreCase)))
        {
            _wrong.Add($"{shown}: {code} does not name {field}: {answer}");
        }
        else if (
            path.StartsWith("v1/", StringComparison.Ordinal)
            && response.Content.Headers.ContentType?.MediaType != "application/problem+json"
        )
        {
            _wrong.Add($"{shown}: {code} is no problem: {answer}");
        }
    }

    private HttpClient Http => field ??= new HttpClient { BaseAddress = bank.Address };

    private static bool IsJson(string text)
    {
        try
        {
            return JsonNode.Parse(text) is JsonObject;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static string With(JsonObject good, string field, string value) => Members(Others(good, field), $"\"{field}\":{value}");

    private static string Without(JsonObject good, string field) => Members(Others(good, field));

    private static string Twice(JsonObject good, string field) =>
        Members(Others(good, field), $"\"{field}\":{good[field]?.ToJsonString() ?? "\"1\""}", $"\"{field}\":\"2\"");

    private static IEnumerable<string> Others(JsonObject good, string field) =>
        good.Where(one => one.Key != field).Select(static one => $"\"{one.Key}\":{one.Value!.ToJsonString()}");

    private static string Members(IEnumerable<string> others, params IEnumerable<string> more) =>
        $"{{{string.Join(',', others.Concat(more))}}}";

    private static string Deep(int levels) => $"{{\"amount\":{new string('[', levels)}{new string(']', levels)}}}";
}

public sealed class SqliteBadInputTests(BankOn<SqliteTestDatabase> bank, ITestOutputHelper output)
    : BadInputTests<SqliteTestDatabase>(bank, output);

public sealed class PostgresBadInputTests(BankOn<PostgresTestDatabase> bank, ITestOutputHelper output)
    : BadInputTests<PostgresTestDatabase>(bank, output);
