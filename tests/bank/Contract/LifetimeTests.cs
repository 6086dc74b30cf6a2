using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using SlurmBanking.Bank.Tests.Storage;

namespace SlurmBanking.Bank.Tests.Contract;

/// <summary>The bank comes and goes; what it has acknowledged stays.</summary>
public sealed class LifetimeTests : IDisposable
{
    private readonly TemporaryDatabase _database = new();

    public void Dispose() => _database.Dispose();

    [Fact(Timeout = 120_000)]
    public async Task What_was_acknowledged_survives_SIGKILL()
    {
        var token = await OpenAccount();
        var acknowledged = new ConcurrentBag<string>();
        for (var round = 0; round < 3; round++)
        {
            using var bank = await BankProcess.Serve(_database.Path);
            using var client = Client(bank, token);
            var writers = Enumerable.Range(0, 8).Select(writer => CreateUntilItDies(client, $"{round}:{writer}", acknowledged)).ToArray();
            var enough = acknowledged.Count + 50;
            while (acknowledged.Count < enough)
            {
                await Task.Delay(10, TestContext.Current.CancellationToken);
            }

            bank.Kill();
            await Task.WhenAll(writers);
        }

        using var again = await BankProcess.Serve(_database.Path);
        using var reader = Client(again, token);
        foreach (var id in acknowledged)
        {
            Assert.Equal(HttpStatusCode.OK, (await reader.GetAsync(new Uri($"jobs/{id}/", UriKind.Relative))).StatusCode);
        }

        var verify = await BankProcess.Run("verify", "--database", _database.Path);
        Assert.Equal((0, ""), (verify.ExitCode, verify.Error));
    }

    [Fact]
    public async Task SIGTERM_ends_it_promptly()
    {
        var token = await OpenAccount();
        using var bank = await BankProcess.Serve(_database.Path);
        using var client = Client(bank, token);
        await client.GetAsync(new Uri("jobs/", UriKind.Relative));
        var began = Stopwatch.GetTimestamp();
        Assert.Equal(0, await bank.Terminate());
        Assert.InRange(Stopwatch.GetElapsedTime(began).TotalSeconds, 0, 3);
    }

    [Fact]
    public async Task The_command_line_works_beside_a_server_under_load()
    {
        var token = await OpenAccount();
        using var bank = await BankProcess.Serve(_database.Path);
        using var client = Client(bank, token);
        using var stop = new CancellationTokenSource();
        var acknowledged = new ConcurrentBag<string>();
        var writers = Enumerable.Range(0, 8).Select(writer => CreateUntilItDies(client, $"{writer}", acknowledged, stop.Token)).ToArray();
        for (var i = 0; i < 5; i++)
        {
            var (exitCode, _, error) = await BankProcess.Run("deposit", "fc_abc", "1", "--database", _database.Path);
            Assert.Equal((0, ""), (exitCode, error));
        }

        await stop.CancelAsync();
        await Task.WhenAll(writers);
        Assert.Equal(0, await bank.Terminate());
        var statement = await BankProcess.Run("statement", "fc_abc", "--database", _database.Path);
        // Each job costs 0.01.
        var used = (acknowledged.Count / 100m).ToString("0.00");
        Assert.Contains($"allocation 100005.00 SU, used {used}", statement.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_base_path_is_served()
    {
        var token = await OpenAccount();
        using var bank = await BankProcess.Serve(_database.Path, "/mybrc-rest");
        Assert.EndsWith("/mybrc-rest/", bank.Address.AbsoluteUri, StringComparison.Ordinal);
        using var client = Client(bank, token);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync(new Uri("jobs/", UriKind.Relative))).StatusCode);
    }

    [Fact]
    public async Task A_taken_port_is_told_in_one_line()
    {
        using var bank = await BankProcess.Serve(_database.Path);
        var url = bank.Address.GetLeftPart(UriPartial.Authority);
        var (exitCode, output, error) = await BankProcess.Run("serve", "--url", url, "--database", _database.Path);
        Assert.Equal((1, ""), (exitCode, output));
        Assert.Matches(@"\Abank: can't listen on [^\n]+\n\z", error);
    }

    private async Task<string> OpenAccount()
    {
        await BankProcess.Run("account", "create", "fc_abc", "--database", _database.Path);
        await BankProcess.Run("account", "member", "fc_abc", "1000", "--database", _database.Path);
        await BankProcess.Run("deposit", "fc_abc", "100000", "--database", _database.Path);
        return (await BankProcess.Run("token", "create", "test", "--staff", "--database", _database.Path)).Output.Trim();
    }

    private static HttpClient Client(BankProcess bank, string token)
    {
        var client = new HttpClient { BaseAddress = bank.Address };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Token", token);
        return client;
    }

    private static async Task CreateUntilItDies(
        HttpClient client,
        string prefix,
        ConcurrentBag<string> acknowledged,
        CancellationToken stop = default
    )
    {
        for (var i = 0; !stop.IsCancellationRequested; i++)
        {
            var job = Bank.Job($"{prefix}:{i}", "fc_abc", "0.01");
            try
            {
                using var body = new StringContent(job.ToJsonString(), Encoding.UTF8, "application/json");
                using var answer = await client.PostAsync(new Uri("jobs/", UriKind.Relative), body, CancellationToken.None);
                Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
                acknowledged.Add($"{prefix}:{i}");
            }
            catch (HttpRequestException)
            {
                return;
            }
        }
    }
}
