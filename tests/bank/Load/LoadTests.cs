using System.Diagnostics;
using System.Globalization;
using SlurmBanking.Bank.Ledger;
using SlurmBanking.Bank.Storage;
using SlurmBanking.Bank.Teller;
using SlurmBanking.Bank.Tests.Contract;
using SlurmBanking.Bank.Tests.Storage;
using SlurmBanking.Terms;

namespace SlurmBanking.Bank.Tests.Load;

/// <summary>
/// 64 clients at once on the real server. What they were told was done is just what the books say in the end; none is refused what is
/// right, and none waits until it is told to come again.
/// </summary>
public abstract class LoadTests<TDatabase>(ITestOutputHelper output)
    where TDatabase : TestDatabase, new()
{
    private const int Clients = 64;
    private static readonly string[] Accounts = [.. Enumerable.Range(0, 16).Select(static i => $"fc_{i}")];

    // For who measures what a change does, and not what the bank can do.
    private static readonly bool IsQuick = Environment.GetEnvironmentVariable("QUICK") == "1";

    [Fact]
    public Task Five_seconds_of_everything_lose_nothing() => Run("everything", 5, static (client, time) => client.RunAll(time));

    [Fact]
    [Trait("Run", "verify")]
    [Trait("Run", "bench")]
    public async Task A_minute_of_everything_loses_nothing() =>
        await Run("everything", IsQuick ? 5 : 60, static (client, time) => client.RunAll(time));

    [Fact]
    [Trait("Run", "bench")]
    public async Task Jobs_created_and_settled() => await Run("jobs", IsQuick ? 5 : 30, static (client, time) => client.RunJobs(time));

    private async Task Run(string what, int seconds, Func<LoadClient, TimeSpan, Task> work)
    {
        using var database = new TDatabase();
        var token = await Open(database);
        using var bank = await ServedBank.Start(Environment.GetEnvironmentVariable("BANK_BIN"), database.Address);
        var connections = Enumerable.Range(0, Clients).Select(i => new RawClient(bank.Address, token, $"c{i % 4}")).ToList();
        var clients = connections.Select(static (http, i) => new LoadClient(http, i, Accounts)).ToList();
        var (began, cpuBefore, ownBefore) = (Stopwatch.StartNew(), Cpu(bank.Id), Environment.CpuUsage.TotalTime);
        var serverBefore = database.ServerCpu();
        await Task.WhenAll(clients.Select(client => Task.Run(() => work(client, TimeSpan.FromSeconds(seconds)))))
            .WaitAsync(TimeSpan.FromSeconds(seconds + 60));
        var took = began.Elapsed.TotalSeconds;
        var (cpu, own) = (Cpu(bank.Id) - cpuBefore, (Environment.CpuUsage.TotalTime - ownBefore).TotalSeconds);
        var server = database.ServerCpu() - serverBefore;
        connections.ForEach(static http => http.Dispose());

        var latencies = clients.SelectMany(static client => client.Took).Order().ToList();
        var settled = clients.Sum(static client => client.Settled) / took;
        var requests = clients.Sum(static client => client.Requests) / took;
        Tell(what, settled, requests, latencies, [cpu / took, server / took, own / took]);

        Assert.Empty(clients.SelectMany(static client => client.Wrong).Take(5));
        Assert.Empty(bank.Troubles().Take(5));
        using (var store = database.Open())
        {
            foreach (var account in Accounts)
            {
                var standing = await store.Read(books => Standing.Read(account, books.Balance));
                Assert.Equal(
                    (account, clients.Sum(client => client.Charged[account]), clients.Sum(client => client.Deposited[account])),
                    (account, standing.Usage.Hundredths, standing.Deposited.Hundredths - Opening)
                );
            }
        }

        var (exitCode, said, error) = await BankProcess.Run("verify", "--database", database.Address);
        Assert.Equal((0, ""), (exitCode, error));
        Assert.Matches("^the books balance: ", said);
    }

    // A line for who looks on, and a row of docs/benchmarks-bank.md for who asks for it.
    private void Tell(string what, double settled, double requests, List<double> latencies, double[] processors)
    {
        var store = typeof(TDatabase).Name.Replace("TestDatabase", "", StringComparison.Ordinal);
        string At(double part) => latencies[(int)((latencies.Count - 1) * part)].ToString("0.0", CultureInfo.InvariantCulture);
        string Each(double time) => (time * 1000 / requests).ToString("0.000", CultureInfo.InvariantCulture);
        var row = string.Create(
            CultureInfo.InvariantCulture,
            $"| {store} | {what} | {settled:0} | {requests:0} | {At(0.5)} | {At(0.99)} | {At(1)} | {processors.Sum():0.00} | "
                + $"{Each(processors[0])} | {Each(processors[1])} | {Each(processors[2])} |"
        );
        output.WriteLine(row);
        if (Environment.GetEnvironmentVariable("BENCH_ROWS") is { Length: > 0 } file)
        {
            File.AppendAllText(file, row + "\n");
        }
    }

    private const long Opening = 100_000_000_00;

    private static async Task<string> Open(TDatabase database)
    {
        var now = TimeProvider.System.GetUtcNow();
        using var store = database.Open();
        foreach (var name in Accounts)
        {
            await store.Write(books =>
            {
                AccountTeller.Open(books, new Account(name, new Allocation(null, null, null, IsExempt: false)), now);
                AccountTeller.Admit(books, new Member(name, "1000", ServiceUnits.Max));
                return AccountTeller.Deposit(books, name, new ServiceUnits(Opening), $"opening {name}", now);
            });
        }

        return await store.Write(books => TokenTeller.Create(books, "load", TokenScope.Admin, null, now));
    }

    // Seconds of processor time that a process has had.
    private static double Cpu(int process)
    {
        var fields = File.ReadAllText($"/proc/{process}/stat").Split(") ")[^1].Split(' ');
        return (double.Parse(fields[11], CultureInfo.InvariantCulture) + double.Parse(fields[12], CultureInfo.InvariantCulture)) / 100;
    }
}

[Collection("load")]
public sealed class SqliteLoadTests(ITestOutputHelper output) : LoadTests<SqliteTestDatabase>(output);

[Collection("load")]
public sealed class PostgresLoadTests(ITestOutputHelper output) : LoadTests<PostgresTestDatabase>(output);
