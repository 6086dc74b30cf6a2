using System.Text.RegularExpressions;
using SlurmBanking.Bank.Storage;
using SlurmBanking.Bank.Teller;
using SlurmBanking.Bank.Tests.Contract;
using SlurmBanking.Bank.Tests.Storage;

namespace SlurmBanking.Bank.Tests.Commands;

public abstract partial class CommandLineTests<TDatabase> : IDisposable
    where TDatabase : TestDatabase, new()
{
    private readonly TDatabase _database = new();

    public void Dispose() => _database.Dispose();

    [Fact]
    public async Task An_account_is_opened_funded_and_shown()
    {
        await Good("account", "create", "fc_abc", "--limit", "120", "--start", "2026-06-01", "--end", "2027-05-31");
        await Good("account", "member", "fc_abc", "1000", "--cap", "60");
        Assert.Contains("allocation 100.00", await Good("deposit", "fc_abc", "100"), StringComparison.Ordinal);
        Assert.Contains("allocation 120.00", await Good("deposit", "fc_abc", "50.5"), StringComparison.Ordinal);

        var table = await Good("statement", "fc_abc");
        Assert.Matches(@"(?m)^TIME \(UTC\) +CODE +JOB +USER +AMOUNT +BALANCE +ACTOR +REASON$", table);
        Assert.Matches(@"(?m)^\S+Z +deposit +- +- +50\.50 +150\.50 +\S+ +-$", table);
        Assert.EndsWith("fc_abc: allocation 120.00 SU, used 0.00, available 120.00\n", table, StringComparison.Ordinal);

        var csv = (await Good("statement", "fc_abc", "--format", "csv")).TrimEnd('\n').Split('\n');
        Assert.Equal("time,code,job,user,amount,balance,actor,reason", csv[0]);
        Assert.EndsWith($"Z,deposit,,,100.00,100.00,{Environment.UserName},", csv[1], StringComparison.Ordinal);
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

    [Fact]
    public async Task Tokens_that_were_made_elsewhere_are_taken_and_replace_those_of_their_names()
    {
        var keys = Directory.CreateTempSubdirectory("bank-keys.");
        try
        {
            string In(string name) => Path.Combine(keys.FullName, name);
            var (first, second, third) = (new string('a', 64), new string('b', 64), new string('c', 64));
            await File.WriteAllTextAsync(In("slurm"), first + "\n");
            await File.WriteAllTextAsync(In("physics"), second);
            Directory.CreateDirectory(In("..data"));
            Assert.Equal("token physics: taken\ntoken slurm: taken\n", await Good("token", "import", keys.FullName, "--staff"));
            Assert.Equal("token physics: as it was\ntoken slurm: as it was\n", await Good("token", "import", keys.FullName, "--staff"));
            await File.WriteAllTextAsync(In("slurm"), third);
            Assert.Equal("token physics: as it was\ntoken slurm: taken\n", await Good("token", "import", keys.FullName, "--staff"));
            using (var store = _database.Open())
            {
                async Task<TokenScope?> Scope(string key) =>
                    (await store.Read(books => TokenTeller.Recognise(books, key, TimeProvider.System.GetUtcNow())))?.Scope;
                Assert.Equal((null, TokenScope.Staff, TokenScope.Staff), (await Scope(first), await Scope(second), await Scope(third)));
            }

            await File.WriteAllTextAsync(In("slurm"), second);
            Assert.Contains("is that of token physics", await BadAfter("token physics: as it was\n"), StringComparison.Ordinal);
            await File.WriteAllTextAsync(In("slurm"), "short");
            var refused = await BadAfter("token physics: as it was\n");
            Assert.Contains("not one of 32 characters or more", refused, StringComparison.Ordinal);
            Assert.DoesNotContain("short", refused, StringComparison.Ordinal);
            Assert.Contains("can't be read", await Bad(1, "token", "import", In("missing")), StringComparison.Ordinal);
        }
        finally
        {
            keys.Delete(recursive: true);
        }

        async Task<string> BadAfter(string expected)
        {
            var (exitCode, output, error) = await BankProcess.Run(WithDatabase(["token", "import", keys.FullName, "--staff"]));
            Assert.Equal((1, expected), (exitCode, output));
            return error;
        }
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
    [InlineData(
        1,
        "the end is not after the start: 2026-06-02T00:00:00Z is not after 2026-06-02T00:00:00Z",
        "account",
        "create",
        "x",
        "--start",
        "2026-06-02",
        "--end",
        "2026-06-01"
    )]
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
        Assert.Contains(_database.NothingThere, await Bad(1, "verify"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_layout_that_is_newer_than_the_build_is_refused()
    {
        await Good("account", "create", "fc_abc");
        _database.Execute(_database.SetLayout(9999));
        Assert.Contains("the database has layout 9999, this build knows up to", await Bad(1, "verify"), StringComparison.Ordinal);
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
        arguments.Contains("--database") ? arguments : [.. arguments, "--database", _database.Address];

    [GeneratedRegex(@"\Abank: [^\n]+\n\z", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex OneLine();
}

public sealed class SqliteCommandLineTests : CommandLineTests<SqliteTestDatabase>;

public sealed class PostgresCommandLineTests : CommandLineTests<PostgresTestDatabase>;
