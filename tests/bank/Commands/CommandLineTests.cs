using System.Text.RegularExpressions;
using SlurmBanking.Bank.Tests.Contract;
using SlurmBanking.Bank.Tests.Storage;

namespace SlurmBanking.Bank.Tests.Commands;

public sealed partial class CommandLineTests : IDisposable
{
    private readonly TemporaryDatabase _database = new();

    public void Dispose() => _database.Dispose();

    [Fact]
    public async Task An_account_is_opened_funded_and_shown()
    {
        await Good("account", "create", "fc_abc", "--limit", "120", "--start", "2026-06-01", "--end", "2027-05-31");
        await Good("account", "member", "fc_abc", "1000", "--cap", "60");
        Assert.Contains("allocation 100.00", await Good("deposit", "fc_abc", "100"), StringComparison.Ordinal);
        Assert.Contains("allocation 120.00", await Good("deposit", "fc_abc", "50.5"), StringComparison.Ordinal);

        var table = await Good("statement", "fc_abc");
        Assert.Matches(@"(?m)^TIME +CODE +JOB +USER +AMOUNT +BALANCE$", table);
        Assert.Matches(@"(?m)^\S+Z +deposit +- +- +50\.50 +150\.50$", table);
        Assert.EndsWith("fc_abc: allocation 120.00 SU, used 0.00, available 120.00\n", table, StringComparison.Ordinal);

        var csv = (await Good("statement", "fc_abc", "--format", "csv")).TrimEnd('\n').Split('\n');
        Assert.Equal("time,code,job,user,amount,balance", csv[0]);
        Assert.EndsWith("Z,deposit,,,100.00,100.00", csv[1], StringComparison.Ordinal);
        Assert.Equal(3, csv.Length);
        Assert.Contains("\"balance\": \"150.50\"", await Good("statement", "fc_abc", "--format", "json"), StringComparison.Ordinal);
        Assert.StartsWith("the books balance: 2 transfers, 150.50 SU moved", await Good("verify"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_is_printed_and_nothing_else()
    {
        Assert.Matches(@"\A[0-9a-f]{64}\n\z", await Good("token", "create", "sidecar", "--staff"));
        Assert.Contains("there is a token sidecar already", await Bad(1, "token", "create", "sidecar"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2, "'1.001' is not an amount of SU", "deposit", "fc_abc", "1.001")]
    [InlineData(2, "'0' is not an amount of SU above zero", "deposit", "fc_abc", "0")]
    [InlineData(2, "'1000000000' is not an amount of SU", "deposit", "fc_abc", "1000000000")]
    [InlineData(2, "'lots' is not an amount of SU", "account", "create", "x", "--limit", "lots")]
    [InlineData(2, "'-1' is not an amount of SU", "account", "member", "fc_abc", "1", "--cap=-1")]
    [InlineData(2, "'june' is not a date", "account", "create", "x", "--start", "june")]
    [InlineData(2, "'alice' is not a uid", "account", "member", "fc_abc", "alice")]
    [InlineData(2, "'a b' is not a name", "account", "create", "a b")]
    [InlineData(2, "a name has 1 to 150 characters", "account", "create", "")]
    [InlineData(2, "Required argument", "account", "create")]
    [InlineData(2, "Unrecognized", "verify", "--nonsense")]
    [InlineData(2, "is not an address", "serve", "--url", "127.0.0.1:80")]
    [InlineData(1, "account fc_abc exists already", "account", "create", "fc_abc")]
    [InlineData(1, "there is no account fc_xyz", "deposit", "fc_xyz", "1")]
    [InlineData(1, "there is no account fc_xyz", "account", "member", "fc_xyz", "1")]
    [InlineData(1, "there is no account fc_xyz", "statement", "fc_xyz")]
    [InlineData(1, "--end is not after --start", "account", "create", "x", "--start", "2026-06-02", "--end", "2026-06-01")]
    public async Task Bad_input_gets_one_clear_line(int exitCode, string message, params string[] arguments)
    {
        await Good("account", "create", "fc_abc");
        Assert.Contains(message, await Bad(exitCode, arguments), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_is_named_and_exists()
    {
        var (exitCode, _, error) = await BankProcess.Run("verify");
        Assert.Equal((1, "bank: name the database with --database or BANK_DATABASE\n"), (exitCode, error));
        Assert.Contains("there is no database", await Bad(1, "verify"), StringComparison.Ordinal);
        Assert.Contains("--database takes a file", await Bad(1, "verify", "--database", "Host=localhost"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_no_database_is_refused()
    {
        await File.WriteAllTextAsync(_database.Path, new string('x', 5000));
        Assert.Contains("can't open the database", await Bad(1, "account", "create", "fc_abc"), StringComparison.Ordinal);
    }

    private async Task<string> Good(params string[] arguments)
    {
        var (exitCode, output, error) = await BankProcess.Run(WithDatabase(arguments));
        Assert.Equal((0, ""), (exitCode, error));
        return output;
    }

    private async Task<string> Bad(int expectedExitCode, params string[] arguments)
    {
        var (exitCode, output, error) = await BankProcess.Run(WithDatabase(arguments));
        Assert.Equal((expectedExitCode, ""), (exitCode, output));
        Assert.Matches(OneLine(), error);
        return error;
    }

    private string[] WithDatabase(string[] arguments) =>
        arguments.Contains("--database") ? arguments : [.. arguments, "--database", _database.Path];

    [GeneratedRegex(@"\Abank: [^\n]+\n\z", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex OneLine();
}
