using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using SlurmBanking.Bank.Ledger;
using SlurmBanking.Bank.Teller;
using SlurmBanking.Bank.Tests.Contract;
using SlurmBanking.Bank.Tests.Storage;
using SlurmBanking.Bank.Tests.V1;

namespace SlurmBanking.Bank.Tests.Pages;

/// <summary>What the pages show and send, by HTTP alone; figures by hand.</summary>
public abstract partial class PageTests<TDatabase>(BankOn<TDatabase> bank) : IClassFixture<BankOn<TDatabase>>
    where TDatabase : TestDatabase, new()
{
    private const string Policy =
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

    [Fact]
    public async Task Every_page_tells_browsers_what_to_refuse_and_to_keep_nothing()
    {
        var account = await bank.Account();
        await bank.Post(Contract.Bank.Job("p-h", account, "1.00"));
        using var client = await PageClient.SignedIn(bank);
        foreach (
            var path in new[]
            {
                "",
                $"pages/accounts/{account}",
                "pages/accounts/none",
                "pages/job?id=p-h",
                "pages/job?id=none",
                "pages/sign-in",
                $"pages/accounts/{account}/statement?format=csv",
                $"pages/accounts/{account}/statement?format=xml",
                "?page=x",
            }
        )
        {
            var answer = await client.Get(path);
            Assert.Equal(Policy, answer.Headers["Content-Security-Policy"]);
            Assert.Equal("nosniff", answer.Headers["X-Content-Type-Options"]);
            Assert.Equal("same-origin", answer.Headers["Referrer-Policy"]);
            Assert.Equal("no-store", answer.Headers["Cache-Control"]);
            Assert.DoesNotContain("<script", answer.Body, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotMatch("""\s(style|on[a-z]+)=""", answer.Body);
        }

        var page = (await client.Get("")).Body;
        foreach (var file in Served().Matches(page).Select(static match => match.Groups["path"].Value))
        {
            using var stranger = new PageClient(bank.Address);
            var answer = await stranger.Get(file.TrimStart('/'));
            Assert.Equal((HttpStatusCode.OK, "public, max-age=86400"), (answer.Status, answer.Headers["Cache-Control"]));
        }

        Assert.Equal(2, Served().Count(page));
    }

    [Fact]
    public async Task An_account_shows_what_the_ledger_has()
    {
        var account = await bank.Account(cap: 60);
        await bank.Post(Contract.Bank.Job("p-1", account, "20.00"));
        await bank.Post(Contract.Bank.Job("p-2", account, "10.50"));
        await bank.Put(Contract.Bank.Job("p-1", account, "15.25"));
        await Do("user", "set", "1000", "--name", "ann");
        await Do("account", "change", account, "--credit", "5", "--reason", "agreed");
        using var client = await PageClient.SignedIn(bank);
        var page = (await client.Get($"pages/accounts/{account}")).Body;

        // 100 deposited, 5 credit; 15.25 settled and 10.50 charged: 25.75 of 105, which is 24 %; of the cap of 60 42 %.
        Assert.Contains("<dt>Available</dt><dd><strong>79.25</strong></dd>", page, StringComparison.Ordinal);
        Assert.Contains("<title>24 % used</title><desc>25.75 of 105.00 SU</desc>", page, StringComparison.Ordinal);
        Assert.Contains("<title>42 % used</title><desc>25.75 of 60.00 SU</desc>", page, StringComparison.Ordinal);
        Assert.Contains("<strong>10.50</strong> SU are charged for 1 job that", page, StringComparison.Ordinal);
        Assert.Contains(
            """<tr><th scope="row">1000</th><td><bdi>ann</bdi></td><td class="amount">25.75</td>""",
            page,
            StringComparison.Ordinal
        );
        Assert.Contains("is 74.25 SU at the end", page, StringComparison.Ordinal);
        Assert.Contains("<td>credit 0.00 to 5.00</td>", page, StringComparison.Ordinal);
        // The last to arrive comes first.
        Assert.Equal(["p-2", "p-2", "p-1"], JobLinks().Matches(page).Select(static match => match.Groups["id"].Value));

        var row = (await client.Get($"?search={account}")).Body;
        Assert.Matches(
            $"""(?s)href="/pages/accounts/{account}".*79\.25</td><td class="amount">25\.75</td>\s*<td class="amount">105\.00""",
            row
        );

        var job = (await client.Get("pages/job?id=p-1")).Body;
        Assert.Contains("<dt>Charged</dt><dd><strong>15.25</strong></dd>", job, StringComparison.Ordinal);
        Assert.Contains($"<td><bdi>Project {account}</bdi></td><td><bdi>Revenue normal</bdi></td>", job, StringComparison.Ordinal);
        Assert.Contains("""<td class="amount">4.75</td>""", job, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_clusters_hold_is_shown()
    {
        var account = await bank.Account(cap: 60);
        using var client = await PageClient.SignedIn(bank);
        var page = (await client.Get($"pages/accounts/{account}")).Body;
        Assert.Contains("No cluster has a lease of this account.", page, StringComparison.Ordinal);

        // Of 100.00, and of the cap of 60.00, a lone cluster gets all; it holds 20.00.
        using var api = await V1Client.Of(bank);
        var claim = """{"project":{"held":"20.00","want":"20.00"},"users":[{"userid":"1000","held":"20.00","want":"20.00"}]}""";
        var path = $"v1/accounts/{account}/leases/{Uri.EscapeDataString("<b>alpha")}";
        Assert.Equal(HttpStatusCode.OK, (await api.Send(HttpMethod.Put, path, JsonNode.Parse(claim), with: bank.Staff)).Status);
        page = (await client.Get($"pages/accounts/{account}")).Body;
        Assert.Contains("<strong>20.00</strong> SU are held for jobs", page, StringComparison.Ordinal);
        foreach (var (whose, leased) in new[] { ("the account", "100.00"), ("user 1000", "60.00") })
        {
            Assert.Matches(
                $"""<th scope="row"><bdi>&lt;b&gt;alpha</bdi></th><td>{whose}</td>\s*<td class="amount">20\.00</td><td class="amount">{leased}</td>\s*<td>live</td>""",
                page
            );
        }
    }

    [Theory]
    [InlineData("<script>alert(1)")]
    [InlineData("\"quoted'&amp;")]
    [InlineData("مجموعة\u202eevil")]
    [InlineData("😀%2F#?&x=1")]
    [InlineData("a+b%")]
    public async Task Whatever_somebody_calls_something_is_text_and_its_links_work(string name)
    {
        using var api = await V1Client.Of(bank);
        Assert.Equal(HttpStatusCode.Created, (await api.Post("v1/accounts", new JsonObject { ["name"] = name })).Status);
        await Do("account", "member", name, "1000");
        var reason = $"<b>{name}</b>";
        await Do("account", "change", name, "--credit", "5", "--reason", reason);
        var job = Contract.Bank.Job(name, name, "1.00");
        (job["jobstatus"], job["partition"], job["qos"]) = ("<i>RUN", "<u>\"'", "&lt;");
        Assert.Equal(HttpStatusCode.Created, (await bank.Post(job)).Status);

        using var client = await PageClient.SignedIn(bank);
        var pages = new List<string> { (await client.Get($"?search={Uri.EscapeDataString(name)}")).Body };
        var link = pages[0].Split('\n').Single(static line => line.Contains("<th scope=\"row\">", StringComparison.Ordinal));
        var account = await client.Get(WebUtility.HtmlDecode(Href().Match(link).Groups["path"].Value).TrimStart('/'));
        Assert.Equal(HttpStatusCode.OK, account.Status);
        pages.Add(account.Body);
        var receipt = await client.Get(WebUtility.HtmlDecode(ReceiptLink().Match(account.Body).Groups["path"].Value).TrimStart('/'));
        Assert.Equal(HttpStatusCode.OK, receipt.Status);
        pages.Add(receipt.Body);
        pages.Add((await client.Get($"pages/accounts/{Uri.EscapeDataString(name + "?")}")).Body);
        pages.Add((await client.Get($"?search={Uri.EscapeDataString("none" + name)}")).Body);
        Assert.All(
            pages,
            page =>
            {
                Assert.Contains(name, WebUtility.HtmlDecode(page), StringComparison.Ordinal);
                Assert.DoesNotMatch("<(script|b|i|u)[> ]", page);
                Assert.DoesNotContain('\u202e', page);
                // Quotes of a value never end an attribute.
                Assert.DoesNotContain("\"quoted", page, StringComparison.Ordinal);
            }
        );
        Assert.Contains(reason, WebUtility.HtmlDecode(account.Body), StringComparison.Ordinal);

        var file = await client.Get($"pages/accounts/{Uri.EscapeDataString(name)}/statement?format=csv");
        Assert.StartsWith("attachment; filename=", file.Headers["Content-Disposition"], StringComparison.Ordinal);
        Assert.Equal(
            $"statement-{name}.csv",
            System.Net.Http.Headers.ContentDispositionHeaderValue.Parse(file.Headers["Content-Disposition"]).FileNameStar
        );
    }

    [Fact]
    public async Task A_statement_is_that_of_the_API_or_a_part_of_it()
    {
        using var api = await V1Client.Of(bank);
        var account = await bank.Account();
        await bank.Post(Contract.Bank.Job("p-s", account, "20.00"));
        using var client = await PageClient.SignedIn(bank);
        var csv = await client.Get($"pages/accounts/{account}/statement?format=csv");
        Assert.Equal(
            $"attachment; filename=statement-{account}.csv; filename*=UTF-8''statement-{account}.csv",
            csv.Headers["Content-Disposition"]
        );
        Assert.Equal((await api.Get($"v1/accounts/{account}/statement", "text/csv")).Body, csv.Body);
        var today = TimeProvider.System.GetUtcNow();
        var day = $"{today:yyyy-MM-dd}";
        // A form sends what nobody filled in as well.
        Assert.Equal(csv.Body, (await client.Get($"pages/accounts/{account}/statement?since={day}&until={day}&format=csv")).Body);
        Assert.Equal(csv.Body, (await client.Get($"pages/accounts/{account}/statement?since=&until=&format=csv")).Body);
        var before = await client.Get($"pages/accounts/{account}/statement?until={today.AddDays(-1):yyyy-MM-dd}&format=csv");
        Assert.Equal("time,code,job,user,amount,balance,actor,reason\n", before.Body);
        var json = JsonNode.Parse((await client.Get($"pages/accounts/{account}/statement?format=json")).Body)!.AsArray();
        Assert.Equal(["100.00", "80.00"], json.Select(static entry => $"{entry!["balance"]}"));
        foreach (
            var bad in new[]
            {
                "since=yesterday&format=csv",
                "until=2026-02-30&format=csv",
                "until=9999-12-31&format=csv",
                "format=xml",
                "",
            }
        )
        {
            Assert.Equal(HttpStatusCode.BadRequest, (await client.Get($"pages/accounts/{account}/statement?{bad}")).Status);
        }
    }

    [Fact]
    public async Task Accounts_are_searched_and_come_in_parts()
    {
        using var store = bank.Database.Open();
        var now = TimeProvider.System.GetUtcNow();
        for (var i = 0; i < 51; i++)
        {
            var account = new Account($"Part_{i:00}", new Allocation(null, null, null, IsExempt: false));
            await store.Write(books =>
            {
                AccountTeller.Open(books, account, now);
                return true;
            });
        }

        using var client = await PageClient.SignedIn(bank);
        var first = await client.Get("?search=pART_");
        Assert.Equal(50, RowHeads().Count(first.Body));
        Assert.Contains("""<a rel="next" href="/?search=pART_&amp;page=2">Next</a>""", first.Body, StringComparison.Ordinal);
        var second = await client.Get("?search=pART_&page=2");
        Assert.Equal(1, RowHeads().Count(second.Body));
        Assert.Contains("Part_50", second.Body, StringComparison.Ordinal);
        // What LIKE takes for something else is itself here.
        foreach (var none in new[] { "part%25", "part__0", "part%5C" })
        {
            Assert.Equal(0, RowHeads().Count((await client.Get($"?search={none}")).Body));
        }

        foreach (var page in new[] { "0", "-1", "x", "3", "99999999999" })
        {
            Assert.Equal(HttpStatusCode.NotFound, (await client.Get($"?search=pART_&page={page}")).Status);
        }

        Assert.Equal(HttpStatusCode.BadRequest, (await client.Get($"?search={new string('x', 151)}")).Status);
    }

    [Fact]
    public async Task Asking_changes_nothing()
    {
        var account = await bank.Account(end: "2998-01-01");
        await bank.Post(Contract.Bank.Job("p-g", account, "1.00"));
        using var client = await PageClient.SignedIn(bank);
        string[] tables =
        [
            "accounts",
            "members",
            "ledger_accounts",
            "transfers",
            "jobs",
            "tokens",
            "users",
            "partitions",
            "sessions",
            "account_changes",
        ];
        async Task<string> Rows() =>
            string.Join('\n', await Task.WhenAll(tables.Select(table => Task.Run(() => bank.Database.Text(table)))));
        var before = await Rows();
        foreach (
            var path in new[]
            {
                "",
                "?search=x",
                "pages/sign-in",
                $"pages/accounts/{account}",
                "pages/job?id=p-g",
                $"pages/accounts/{account}/statement?format=json",
            }
        )
        {
            var answer = await client.Get(path);
            Assert.Equal(HttpStatusCode.OK, answer.Status);
        }

        // There is no such page, and the session goes on.
        Assert.Equal(HttpStatusCode.Unauthorized, (await client.Get("pages/sign-out")).Status);
        Assert.Equal(before, await Rows());
    }

    [Fact]
    public async Task A_base_path_is_in_every_link()
    {
        using var other = await BankProcess.Serve(bank.Database.Address, "/mybrc-rest");
        using var client = new PageClient(other.Address);
        var sent = await client.Get("");
        Assert.Equal("/mybrc-rest/pages/sign-in?to=%2F", sent.Location);
        var signedIn = await client.SignIn(bank.Reader, "/?search=x");
        Assert.Equal("/mybrc-rest/?search=x", signedIn.Location);
        Assert.Contains("; path=/mybrc-rest/;", signedIn.SetCookie, StringComparison.Ordinal);
        client.Cookie = signedIn.SetCookie.Split(';')[0];
        var account = await bank.Account();
        foreach (var path in new[] { "", $"pages/accounts/{account}" })
        {
            var page = (await client.Get(path)).Body;
            Assert.All(
                Address().Matches(page).Select(static match => match.Groups["path"].Value),
                static address => Assert.StartsWith("/mybrc-rest/", address, StringComparison.Ordinal)
            );
        }
    }

    private async Task Do(params string[] command)
    {
        var (exitCode, _, error) = await BankProcess.Run([.. command, "--database", bank.Database.Address]);
        Assert.Equal((0, ""), (exitCode, error));
    }

    [GeneratedRegex("""<link [^>]*href="(?<path>[^"]+)">""", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Served();

    [GeneratedRegex("""href="/pages/job\?id=(?<id>[^"]+)">""", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex JobLinks();

    [GeneratedRegex("""href="(?<path>/pages/job\?id=[^"]+)">""", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex ReceiptLink();

    [GeneratedRegex("""href="(?<path>[^"]+)">""", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Href();

    [GeneratedRegex("""(href|action)="(?<path>/[^"]*)""", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Address();

    [GeneratedRegex("""<th scope="row">""", RegexOptions.None, 1000)]
    private static partial Regex RowHeads();
}

public sealed class SqlitePageTests(BankOn<SqliteTestDatabase> bank) : PageTests<SqliteTestDatabase>(bank);

public sealed class PostgresPageTests(BankOn<PostgresTestDatabase> bank) : PageTests<PostgresTestDatabase>(bank);
