using System.Net;

namespace SlurmBanking.Bank.Tests.Contract;

public sealed class AuthenticationTests(Bank bank) : IClassFixture<Bank>
{
    [Theory]
    [InlineData("jobs/")]
    [InlineData("users/")]
    [InlineData("partitions/")]
    [InlineData("can_submit_job/1.00/1000/fc_abc/")]
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
    public async Task A_write_needs_a_staff_token()
    {
        var account = await bank.Account();
        var job = Bank.Job("auth-1", account, "10.00").ToJsonString();
        Assert.Equal(HttpStatusCode.Forbidden, (await bank.Send(HttpMethod.Post, "jobs/", job, bank.Reader)).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await bank.Send(HttpMethod.Put, "jobs/auth-1/", job, bank.Reader)).Status);
        Assert.Equal("0.00", await bank.Usage(account));
    }

    [Fact]
    public async Task A_reader_may_ask()
    {
        var account = await bank.Account();
        var answer = await bank.Send(HttpMethod.Get, $"can_submit_job/1.00/1000/{account}/", token: bank.Reader);
        Assert.Equal(HttpStatusCode.OK, answer.Status);
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
}
