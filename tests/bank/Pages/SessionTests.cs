using System.Net;
using SlurmBanking.Bank.Storage;
using SlurmBanking.Bank.Teller;
using SlurmBanking.Bank.Tests.Contract;
using SlurmBanking.Bank.Tests.Storage;

namespace SlurmBanking.Bank.Tests.Pages;

/// <summary>Signing in to the pages and out, by HTTP alone: what opens them, what does not, and what ends it.</summary>
public abstract class SessionTests<TDatabase>(BankOn<TDatabase> bank) : IClassFixture<BankOn<TDatabase>>
    where TDatabase : TestDatabase, new()
{
    private static readonly string[] PagesOfBooks =
    [
        "",
        "pages/accounts/none",
        "pages/accounts/none/statement?format=csv",
        "pages/job?id=1",
    ];

    [Fact]
    public async Task Who_is_not_signed_in_is_sent_to_do_so_and_comes_back()
    {
        using var client = new PageClient(bank.Address);
        foreach (var page in PagesOfBooks)
        {
            var sent = await client.Get(page);
            Assert.Equal((HttpStatusCode.SeeOther, ""), (sent.Status, sent.Body));
            Assert.Equal($"/pages/sign-in?to={Uri.EscapeDataString($"/{page}")}", sent.Location);
            var form = await client.Get(sent.Location.TrimStart('/'));
            Assert.Equal(HttpStatusCode.OK, form.Status);
            Assert.Contains($"name=\"to\" value=\"/{page.Replace("&", "&amp;")}\"", form.Body, StringComparison.Ordinal);
            Assert.Equal($"/{page}", (await client.SignIn(bank.Reader, $"/{page}")).Location);
        }
    }

    [Fact]
    public async Task The_cookie_is_for_this_bank_alone_and_says_nothing()
    {
        using var client = new PageClient(bank.Address);
        var answer = await client.SignIn(bank.Reader);
        Assert.Matches("^bank_session=[0-9a-f]{64}; path=/; samesite=strict; httponly$", answer.SetCookie);
        Assert.DoesNotContain(bank.Reader, answer.SetCookie, StringComparison.Ordinal);
        Assert.NotEqual(answer.SetCookie, (await client.SignIn(bank.Reader)).SetCookie);
        var behindTls = await client.Post(
            "pages/sign-in",
            new() { ["token"] = bank.Reader },
            ("Sec-Fetch-Site", "same-origin"),
            ("X-Forwarded-Proto", "https")
        );
        Assert.Contains("; secure;", behindTls.SetCookie, StringComparison.Ordinal);
        Assert.DoesNotContain(bank.Reader, bank.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(answer.SetCookie.Split('=', ';')[1], bank.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_in_the_header_opens_pages_too_and_a_bad_one_does_not()
    {
        using var client = new PageClient(bank.Address);
        Assert.Equal(HttpStatusCode.OK, (await client.Get("", ("Authorization", $"Token {bank.Reader}"))).Status);
        foreach (var bad in new[] { "Token wrong", $"Token {bank.Expired}", $"Bearer {bank.Reader}", "" })
        {
            var refused = await client.Get("", ("Authorization", bad));
            Assert.Equal((HttpStatusCode.Unauthorized, "Token"), (refused.Status, refused.Headers["WWW-Authenticate"]));
            Assert.Contains("<h1>Unauthorized</h1>", refused.Body, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Bad_tokens_do_not_sign_in()
    {
        using var client = new PageClient(bank.Address);
        foreach (var bad in new[] { "", " ", "wrong", bank.Expired, bank.Reader[..63], new string('x', 5000) })
        {
            var refused = await client.SignIn(bad);
            Assert.InRange((int)refused.Status, 400, 403);
            Assert.Equal("", refused.SetCookie);
        }
    }

    [Fact]
    public async Task Another_sites_form_does_nothing()
    {
        using var client = await PageClient.SignedIn(bank);
        var token = new Dictionary<string, string> { ["token"] = bank.Reader };
        (string, string)[][] foreign =
        [
            [],
            [("Origin", "null")],
            [("Origin", "https://evil.example")],
            [("Sec-Fetch-Site", "cross-site")],
            [("Sec-Fetch-Site", "same-site"), ("Origin", bank.Address.GetLeftPart(UriPartial.Authority))],
        ];
        foreach (var headers in foreign)
        {
            var signIn = await client.Post("pages/sign-in", token, headers);
            Assert.Equal((HttpStatusCode.Forbidden, ""), (signIn.Status, signIn.SetCookie));
            Assert.Equal(HttpStatusCode.Forbidden, (await client.Post("pages/sign-out", [], headers)).Status);
        }

        Assert.Equal(HttpStatusCode.OK, (await client.Get("")).Status);
    }

    [Fact]
    public async Task Signing_in_leads_nowhere_else()
    {
        using var client = new PageClient(bank.Address);
        foreach (
            var to in new[]
            {
                "//evil.example",
                "https://evil.example",
                "/\\evil.example",
                "/pages\\..\\x",
                "javascript:alert(1)",
                "/v1/tokens",
                "",
            }
        )
        {
            Assert.Equal("/", (await client.SignIn(bank.Reader, to)).Location);
        }
    }

    [Fact]
    public async Task Signing_out_ends_the_session_not_just_the_cookie()
    {
        using var client = await PageClient.SignedIn(bank);
        Assert.Equal(HttpStatusCode.OK, (await client.Get("")).Status);
        var answer = await client.SignOut();
        Assert.Equal((HttpStatusCode.SeeOther, "/pages/sign-in"), (answer.Status, answer.Location));
        Assert.StartsWith("bank_session=; expires=Thu, 01 Jan 1970", answer.SetCookie, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.SeeOther, (await client.Get("")).Status);
    }

    [Fact]
    public async Task It_ends_with_its_token_on_every_replica_and_not_with_a_restart()
    {
        var (_, key, _) = await BankProcess.Run("token", "create", "passing", "--scope", "read", "--database", bank.Database.Address);
        using var client = await PageClient.SignedIn(bank, key.Trim());
        using (var other = await BankProcess.Serve(bank.Database.Address))
        {
            using var there = new PageClient(other.Address) { Cookie = client.Cookie };
            Assert.Equal(HttpStatusCode.OK, (await there.Get("")).Status);
            await BankProcess.Run("token", "revoke", "passing", "--database", bank.Database.Address);
            Assert.Equal(HttpStatusCode.SeeOther, (await there.Get("")).Status);
        }

        Assert.Equal(HttpStatusCode.SeeOther, (await client.Get("")).Status);
        // The same name again is another token.
        await BankProcess.Run("token", "create", "passing", "--scope", "read", "--database", bank.Database.Address);
        Assert.Equal(HttpStatusCode.SeeOther, (await client.Get("")).Status);
    }

    [Fact]
    public async Task It_ends_after_hours_and_when_its_token_expires()
    {
        using var store = bank.Database.Open();
        var now = TimeProvider.System.GetUtcNow();
        var key = await store.Write(books => TokenTeller.Create(books, "short", TokenScope.Read, now + TimeSpan.FromHours(1), now));
        var session = await store.Write(books => SessionTeller.Begin(books, TokenTeller.Recognise(books, key, now)!, now));
        Task<StoredToken?> At(TimeSpan later) => store.Read(books => SessionTeller.Recognise(books, session, now + later));
        Assert.NotNull(await At(TimeSpan.FromMinutes(59)));
        Assert.Null(await At(TimeSpan.FromHours(1)));

        var lasting = await store.Write(books => TokenTeller.Create(books, "lasting", TokenScope.Read, null, now));
        session = await store.Write(books => SessionTeller.Begin(books, TokenTeller.Recognise(books, lasting, now)!, now));
        Assert.NotNull(await At(TimeSpan.FromHours(4) - TimeSpan.FromSeconds(1)));
        Assert.Null(await At(TimeSpan.FromHours(4)));
    }

    [Fact]
    public async Task A_token_has_a_hundred_sessions_at_most()
    {
        using var store = bank.Database.Open();
        var now = TimeProvider.System.GetUtcNow();
        var key = await store.Write(books => TokenTeller.Create(books, "many", TokenScope.Read, null, now));
        var sessions = new List<string>();
        for (var i = 0; i < 102; i++)
        {
            var at = now + TimeSpan.FromMilliseconds(i);
            sessions.Add(await store.Write(books => SessionTeller.Begin(books, TokenTeller.Recognise(books, key, at)!, at)));
        }

        var known = new List<bool>();
        foreach (var session in sessions)
        {
            known.Add(await store.Read(books => SessionTeller.Recognise(books, session, now + TimeSpan.FromSeconds(1))) is not null);
        }

        Assert.Equal([.. Enumerable.Repeat(false, 2), .. Enumerable.Repeat(true, 100)], known);
    }

    [Fact]
    public async Task A_session_opens_no_call_of_the_API()
    {
        using var client = await PageClient.SignedIn(bank, bank.Staff);
        foreach (var path in new[] { "jobs/", "users/", "v1/accounts", "v1/tokens" })
        {
            Assert.Equal(HttpStatusCode.Unauthorized, (await client.Get(path)).Status);
        }

        Assert.Equal(HttpStatusCode.Unauthorized, (await client.Post("jobs/", [])).Status);
    }
}

public sealed class SqliteSessionTests(BankOn<SqliteTestDatabase> bank) : SessionTests<SqliteTestDatabase>(bank);

public sealed class PostgresSessionTests(BankOn<PostgresTestDatabase> bank) : SessionTests<PostgresTestDatabase>(bank);
