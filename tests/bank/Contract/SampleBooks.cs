using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using SlurmBanking.Bank.Ledger;
using SlurmBanking.Bank.Storage;
using SlurmBanking.Bank.Teller;
using SlurmBanking.Bank.Tests.Storage;
using SlurmBanking.Terms;

namespace SlurmBanking.Bank.Tests.Contract;

/// <summary>Accounts with a member and a staff token, for tests that start and end banks themselves.</summary>
internal sealed class SampleBooks(TestDatabase database)
{
    private string _token = "";

    /// <summary>Opens accounts with the member 1000 and a deposit each.</summary>
    /// <param name="names">The accounts.</param>
    /// <param name="deposit">SU.</param>
    public async Task Open(IReadOnlyList<string> names, int deposit)
    {
        var now = TimeProvider.System.GetUtcNow();
        using var store = database.Open();
        _token = await store.Write(books => TokenTeller.Create(books, "test", TokenScope.Staff, null, now));
        foreach (var name in names)
        {
            await store.Write(books =>
            {
                AccountTeller.Open(books, new Account(name, new Allocation(null, null, null, IsExempt: false)), now);
                AccountTeller.Admit(books, new Member(name, "1000", null));
                return AccountTeller.Deposit(books, name, new ServiceUnits(deposit * 100L), $"test/{name}", now);
            });
        }
    }

    public HttpClient Client(BankProcess bank)
    {
        var client = new HttpClient { BaseAddress = bank.Address };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Token", _token);
        return client;
    }

    public static async Task<HttpStatusCode> Send(
        HttpClient client,
        HttpMethod method,
        string path,
        JsonObject job,
        CancellationToken cancellation = default
    )
    {
        using var request = new HttpRequestMessage(method, path);
        request.Content = new StringContent(job.ToJsonString(), Encoding.UTF8, "application/json");
        using var answer = await client.SendAsync(request, cancellation);
        return answer.StatusCode;
    }

    /// <summary>What all the accounts' jobs used, in hundredths.</summary>
    public async Task<long> Usage(IReadOnlyList<string> accounts)
    {
        using var store = database.Open();
        return await store.Read(books => accounts.Sum(account => Standing.Read(account, books.Balance).Usage.Hundredths));
    }

    /// <summary>Every one of the jobs is at the bank.</summary>
    public static async Task AllThere(HttpClient client, IEnumerable<string> ids)
    {
        foreach (var id in ids)
        {
            using var answer = await client.GetAsync(new Uri($"jobs/{id}/", UriKind.Relative));
            Assert.Equal((id, HttpStatusCode.OK), (id, answer.StatusCode));
        }
    }

    /// <summary>The books balance.</summary>
    public async Task Verify()
    {
        var (exitCode, _, error) = await BankProcess.Run("verify", "--database", database.Address);
        Assert.Equal((0, ""), (exitCode, error));
    }
}
