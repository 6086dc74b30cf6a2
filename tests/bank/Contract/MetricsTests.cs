using System.Globalization;
using System.Net;
using System.Net.Sockets;
using SlurmBanking.Bank.Tests.Storage;

namespace SlurmBanking.Bank.Tests.Contract;

/// <summary>What Prometheus sees of a bank, and what it sees of books that do not balance.</summary>
public abstract class MetricsTests<TDatabase> : IDisposable
    where TDatabase : TestDatabase, new()
{
    private static readonly HttpClient Client = new();
    private readonly TDatabase _database = new();
    private readonly IPEndPoint _metrics = FreePort();

    public void Dispose() => _database.Dispose();

    [Fact]
    public async Task The_ledger_is_audited_at_the_start_and_what_differs_is_counted()
    {
        await BankProcess.Run("account", "create", "fc_abc", "--database", _database.Address);
        await BankProcess.Run("deposit", "fc_abc", "100", "--database", _database.Address);
        await BankProcess.Run("deposit", "fc_abc", "20", "--database", _database.Address);
        using (var bank = await BankProcess.Serve(_database.Address, "", "--metrics", $"{_metrics}"))
        {
            Assert.Equal((2, 0), (await Value("slurm_banking_ledger_transfers", 2), await Value("slurm_banking_ledger_differences", 0)));

            // Nobody without a token sees them where the API is.
            var open = await Client.GetAsync(new Uri(bank.Address, "metrics"));
            Assert.Equal(HttpStatusCode.Unauthorized, open.StatusCode);
        }

        Tamper();
        using var again = await BankProcess.Serve(_database.Address, "", "--metrics", $"{_metrics}");
        Assert.True(await Value("slurm_banking_ledger_differences", 1) >= 1);
        Assert.Contains("the books do not balance", again.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("9467")]
    [InlineData("127.0.0.1:0")]
    [InlineData("nowhere:9467")]
    public async Task What_is_no_address_and_port_is_refused(string metrics)
    {
        var (exitCode, _, error) = await BankProcess.Run("serve", "--metrics", metrics, "--database", _database.Address);
        Assert.NotEqual(0, exitCode);
        Assert.Contains($"'{metrics}' is not an address and a port", error, StringComparison.Ordinal);
    }

    private void Tamper()
    {
        _database.Execute(_database.DropGuards);
        _database.Execute("UPDATE transfers SET amount = amount + 1 WHERE number = 2");
    }

    // Waits until it is at least that, for some seconds: the audit runs beside the start.
    private async Task<double> Value(string name, double least)
    {
        for (var attempt = 0; ; attempt++)
        {
            var text = await Client.GetStringAsync(new Uri($"http://{_metrics}/metrics"));
            var line = text.Split('\n').FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal));
            var value = line is null ? double.NaN : double.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture);
            if (value >= least || attempt == 50)
            {
                return value;
            }

            await Task.Delay(200, TestContext.Current.CancellationToken);
        }
    }

    // Below those that the kernel gives to connections, so that nobody takes it before the server does.
    private static IPEndPoint FreePort()
    {
        while (true)
        {
            var port = Random.Shared.Next(10_000, 30_000);
            try
            {
                using var probe = new TcpListener(IPAddress.Loopback, port);
                probe.Start();
                return new IPEndPoint(IPAddress.Loopback, port);
            }
            catch (SocketException)
            {
                // Somebody has this one.
            }
        }
    }
}

public sealed class SqliteMetricsTests : MetricsTests<SqliteTestDatabase>;

public sealed class PostgresMetricsTests : MetricsTests<PostgresTestDatabase>;
