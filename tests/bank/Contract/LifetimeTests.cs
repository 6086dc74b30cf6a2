using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using SlurmBanking.Bank.Tests.Storage;

namespace SlurmBanking.Bank.Tests.Contract;

/// <summary>The bank comes and goes; what it has acknowledged stays.</summary>
public abstract class LifetimeTests<TDatabase> : IDisposable
    where TDatabase : TestDatabase, new()
{
    private readonly TDatabase _database = new();
    private readonly SampleBooks _books;

    protected LifetimeTests() => _books = new SampleBooks(_database);

    public void Dispose() => _database.Dispose();

    [Fact(Timeout = 120_000)]
    public async Task What_was_acknowledged_survives_SIGKILL()
    {
        await _books.Open(["fc_abc"], deposit: 100_000);
        var acknowledged = new ConcurrentBag<string>();
        for (var round = 0; round < 3; round++)
        {
            using var bank = await BankProcess.Serve(_database.Address);
            using var client = _books.Client(bank);
            var writers = Enumerable.Range(0, 8).Select(writer => CreateUntilItDies(client, $"{round}:{writer}", acknowledged)).ToArray();
            var enough = acknowledged.Count + 50;
            while (acknowledged.Count < enough)
            {
                await Task.Delay(10, TestContext.Current.CancellationToken);
            }

            bank.Kill();
            await Task.WhenAll(writers);
        }

        using var again = await BankProcess.Serve(_database.Address);
        using var reader = _books.Client(again);
        await SampleBooks.AllThere(reader, acknowledged);
        await _books.Verify();
    }

    [Fact]
    public async Task No_directory_is_watched()
    {
        using var bank = await BankProcess.Serve(_database.Address);
        Assert.DoesNotContain("anon_inode:inotify", bank.Descriptors());
    }

    [Fact]
    public async Task SIGTERM_ends_it_promptly()
    {
        await _books.Open(["fc_abc"], deposit: 100_000);
        using var bank = await BankProcess.Serve(_database.Address);
        using var client = _books.Client(bank);
        await client.GetAsync(new Uri("jobs/", UriKind.Relative));
        var began = Stopwatch.GetTimestamp();
        Assert.Equal(0, await bank.Terminate());
        Assert.InRange(Stopwatch.GetElapsedTime(began).TotalSeconds, 0, 3);
    }

    [Fact]
    public async Task The_command_line_works_beside_a_server_under_load()
    {
        await _books.Open(["fc_abc"], deposit: 100_000);
        using var bank = await BankProcess.Serve(_database.Address);
        using var client = _books.Client(bank);
        using var stop = new CancellationTokenSource();
        var acknowledged = new ConcurrentBag<string>();
        var writers = Enumerable.Range(0, 8).Select(writer => CreateUntilItDies(client, $"{writer}", acknowledged, stop.Token)).ToArray();
        for (var i = 0; i < 5; i++)
        {
            var (exitCode, _, error) = await BankProcess.Run("deposit", "fc_abc", "1", "--database", _database.Address);
            Assert.Equal((0, ""), (exitCode, error));
        }

        await stop.CancelAsync();
        await Task.WhenAll(writers);
        Assert.Equal(0, await bank.Terminate());
        var statement = await BankProcess.Run("statement", "fc_abc", "--database", _database.Address);
        // Each job costs 0.01.
        var used = (acknowledged.Count / 100m).ToString("0.00");
        Assert.Contains($"allocation 100005.00 SU, used {used}", statement.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_base_path_is_served()
    {
        await _books.Open(["fc_abc"], deposit: 100_000);
        using var bank = await BankProcess.Serve(_database.Address, "/mybrc-rest");
        Assert.EndsWith("/mybrc-rest/", bank.Address.AbsoluteUri, StringComparison.Ordinal);
        using var client = _books.Client(bank);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync(new Uri("jobs/", UriKind.Relative))).StatusCode);
    }

    [Fact]
    public async Task A_taken_port_is_told_in_one_line()
    {
        using var bank = await BankProcess.Serve(_database.Address);
        var url = bank.Address.GetLeftPart(UriPartial.Authority);
        var (exitCode, output, error) = await BankProcess.Run("serve", "--url", url, "--database", _database.Address);
        Assert.True(output.Length == 0, output);
        Assert.Equal(1, exitCode);
        Assert.Matches(@"\Abank: can't listen on [^\n]+\n\z", error);
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
                Assert.Equal(HttpStatusCode.Created, await SampleBooks.Send(client, HttpMethod.Post, "jobs/", job, CancellationToken.None));
                acknowledged.Add($"{prefix}:{i}");
            }
            catch (HttpRequestException)
            {
                return;
            }
        }
    }
}

public sealed class SqliteLifetimeTests : LifetimeTests<SqliteTestDatabase>;

public sealed class PostgresLifetimeTests : LifetimeTests<PostgresTestDatabase>;
