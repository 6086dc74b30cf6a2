using System.Net;

namespace SlurmBanking.Contract.Tests;

/// <summary>The rows about tokens.</summary>
public sealed class TokenTests : ContractTests
{
    [Theory]
    [InlineData("jobs/")]
    [InlineData("users/")]
    [InlineData("partitions/")]
    [InlineData("can_submit_job/1.00/1000/any/")]
    public async Task Without_a_good_token_nothing_is_told(string path)
    {
        Assert.All(
            [
                await Bank.Send(HttpMethod.Get, path, token: ""),
                await Bank.Send(HttpMethod.Get, path, token: "wrong"),
                await Bank.Send(HttpMethod.Get, path, token: Bank.Staff, scheme: "Bearer"),
            ],
            Unauthorized
        );
    }

    [Fact]
    public async Task A_token_that_has_expired_is_none() => Unauthorized(await Bank.Send(HttpMethod.Get, "jobs/", token: Bank.Expired));

    [Fact]
    public async Task A_write_needs_a_staff_token()
    {
        var job = BankUnderTest.Job(Bank.Account, "0.10");
        var reader = Bank.Reader;
        Assert.Equal(
            0m,
            await Cost(
                Bank.Account,
                async () =>
                {
                    var posted = await Bank.Send(HttpMethod.Post, "jobs/", job.ToJsonString(), reader);
                    var put = await Bank.Send(HttpMethod.Put, $"jobs/{job["jobslurmid"]}/", job.ToJsonString(), reader);
                    Assert.Equal((HttpStatusCode.Forbidden, HttpStatusCode.Forbidden), (posted.Status, put.Status));
                }
            )
        );
    }

    [Fact]
    public async Task A_reader_may_ask()
    {
        var path = $"can_submit_job/0.01/{Bank.Account.Uid}/{Bank.Account.Name}/";
        Assert.Equal(HttpStatusCode.OK, (await Bank.Send(HttpMethod.Get, path, token: Bank.Reader)).Status);
    }

    [Fact]
    public async Task Credentials_are_traded_for_a_token_that_is_good()
    {
        var (username, password) = Bank.Credentials;
        var good = System.Text.Json.JsonSerializer.Serialize(new { username, password });
        var answer = await Bank.Send(HttpMethod.Post, "api_token_auth/", good, token: "");
        Assert.Equal(HttpStatusCode.Created, answer.Status);
        Assert.Equal(HttpStatusCode.OK, (await Bank.Send(HttpMethod.Get, "jobs/", token: answer.Text("token"))).Status);
    }

    [Fact]
    public async Task Wrong_credentials_are_traded_for_nothing()
    {
        var bad = System.Text.Json.JsonSerializer.Serialize(new { username = "nobody", password = "guess" });
        Assert.Equal(HttpStatusCode.BadRequest, (await Bank.Send(HttpMethod.Post, "api_token_auth/", bad, token: "")).Status);
    }

    private static void Unauthorized(BankUnderTest.Answer answer) =>
        Assert.Equal((HttpStatusCode.Unauthorized, "Token"), (answer.Status, answer.Challenge.Split(' ')[0]));
}
