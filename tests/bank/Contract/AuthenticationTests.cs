using System.Net;
using System.Security.Cryptography;
using System.Text;
using SlurmBanking.Bank.Tests.Storage;

namespace SlurmBanking.Bank.Tests.Contract;

public abstract class AuthenticationTests<TDatabase>(BankOn<TDatabase> bank) : IClassFixture<BankOn<TDatabase>>
    where TDatabase : TestDatabase, new()
{
    [Theory]
    [InlineData("no/such/path/")]
    public async Task Without_a_good_token_nothing_is_told(string path)
    {
        Assert.All(
            [
                await bank.Send(HttpMethod.Get, path, token: ""),
                await bank.Send(HttpMethod.Get, path, token: "wrong"),
                await bank.Send(HttpMethod.Get, path, token: bank.Expired),
                await bank.Send(HttpMethod.Get, path, token: bank.Staff, scheme: "Bearer"),
            ],
            static answer =>
            {
                Assert.Equal(HttpStatusCode.Unauthorized, answer.Status);
                Assert.Equal("Token", answer.Challenge);
            }
        );
    }

    [Fact]
    public async Task A_tokens_name_and_key_are_credentials()
    {
        var good = $$"""{"username":"staff","password":"{{bank.Staff}}"}""";
        var answer = await bank.Send(HttpMethod.Post, "api_token_auth/", good, token: "");
        Assert.Equal((HttpStatusCode.Created, bank.Staff), (answer.Status, answer.Text("token")));
        var bad = await bank.Send(HttpMethod.Post, "api_token_auth/", """{"username":"staff","password":"guess"}""", token: "");
        Assert.Equal(HttpStatusCode.BadRequest, bad.Status);
        Assert.Equal(
            HttpStatusCode.BadRequest,
            (
                await bank.Send(HttpMethod.Post, "api_token_auth/", $$"""{"username":"reader","password":"{{bank.Staff}}"}""", token: "")
            ).Status
        );
    }

    [Fact]
    public async Task Health_needs_no_token()
    {
        var answer = await bank.Send(HttpMethod.Get, "healthz", token: "");
        Assert.Equal((HttpStatusCode.OK, "ok\n"), (answer.Status, answer.Body));
    }

    [Fact]
    public async Task No_token_is_ever_written()
    {
        await bank.Get("jobs/");
        await bank.Send(HttpMethod.Get, "jobs/", token: "canary-0123456789");
        await bank.Send(HttpMethod.Post, "api_token_auth/", """{"username":"staff","password":"canary-0123456789"}""", token: "");
        Assert.DoesNotContain(bank.Staff, bank.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("canary", bank.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void The_books_hold_a_tokens_hash_and_not_its_key()
    {
        var tokens = bank.Database.Text("tokens");
        var key = Encoding.ASCII.GetBytes(bank.Staff);
        Assert.Contains(Convert.ToHexString(SHA256.HashData(key)), tokens, StringComparison.Ordinal);
        Assert.DoesNotContain(bank.Staff, tokens, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(Convert.ToHexString(key), tokens, StringComparison.Ordinal);
    }
}

public sealed class SqliteAuthenticationTests(BankOn<SqliteTestDatabase> bank) : AuthenticationTests<SqliteTestDatabase>(bank);

public sealed class PostgresAuthenticationTests(BankOn<PostgresTestDatabase> bank) : AuthenticationTests<PostgresTestDatabase>(bank);
