using System.Net;
using SlurmBanking.Bank.Tests.Contract;
using SlurmBanking.Bank.Tests.Storage;

namespace SlurmBanking.Bank.Tests.Pages;

/// <summary>Guesses in the form and in the header are counted with those at the API, in a bank of their own.</summary>
public sealed class SignInThrottleTests(BankOn<SqliteTestDatabase> bank) : IClassFixture<BankOn<SqliteTestDatabase>>
{
    [Fact]
    public async Task After_a_hundred_failures_from_an_address_only_good_tokens_are_answered_at_once()
    {
        using var client = new PageClient(bank.Address);
        var statuses = new List<HttpStatusCode>();
        for (var i = 0; i < 50; i++)
        {
            statuses.Add((await client.SignIn($"guess{i}")).Status);
            statuses.Add((await client.Get("", ("Authorization", $"Token guess{i}"))).Status);
        }

        Assert.DoesNotContain(HttpStatusCode.TooManyRequests, statuses);
        PageClient.Answer held;
        var tries = 0;
        do
        {
            held = await client.SignIn("guess");
        } while (held.Status != HttpStatusCode.TooManyRequests && ++tries < 30);

        Assert.Equal(HttpStatusCode.TooManyRequests, held.Status);
        Assert.InRange(int.Parse(held.Headers["Retry-After"]), 1, 2);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await bank.Send(HttpMethod.Get, "jobs/", token: "guess")).Status);
        Assert.Equal(HttpStatusCode.SeeOther, (await client.SignIn(bank.Reader)).Status);
    }
}
