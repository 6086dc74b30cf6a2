using System.Net;
using SlurmBanking.Bank.Tests.Storage;

namespace SlurmBanking.Bank.Tests.Contract;

/// <summary>Guesses of tokens are held back, in a bank of their own; who has a good token does not notice.</summary>
public sealed class ThrottleTests(BankOn<SqliteTestDatabase> bank) : IClassFixture<BankOn<SqliteTestDatabase>>
{
    [Fact]
    public async Task After_a_hundred_failures_from_an_address_only_good_tokens_are_answered_at_once()
    {
        var statuses = new List<HttpStatusCode>();
        for (var i = 0; i < 130; i++)
        {
            statuses.Add((await bank.Send(HttpMethod.Get, "jobs/", token: $"guess{i}")).Status);
        }

        Assert.All(statuses.Take(100), static status => Assert.Equal(HttpStatusCode.Unauthorized, status));
        Assert.Contains(HttpStatusCode.TooManyRequests, statuses);
        using var client = new HttpClient { BaseAddress = bank.Address };
        client.DefaultRequestHeaders.Authorization = new("Token", "guess");
        using var held = await client.GetAsync(new Uri("jobs/", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.TooManyRequests, held.StatusCode);
        Assert.InRange(held.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 2);
        var login = await bank.Send(HttpMethod.Post, "api_token_auth/", """{"username":"staff","password":"guess"}""", token: "");
        Assert.Equal(HttpStatusCode.TooManyRequests, login.Status);
        Assert.Equal(HttpStatusCode.OK, (await bank.Get("jobs/")).Status);
        await Task.Delay(2100, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Unauthorized, (await bank.Send(HttpMethod.Get, "jobs/", token: "guess")).Status);
    }
}
