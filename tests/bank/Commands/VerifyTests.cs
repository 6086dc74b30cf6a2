using SlurmBanking.Bank.Tests.Contract;
using SlurmBanking.Bank.Tests.Storage;

namespace SlurmBanking.Bank.Tests.Commands;

/// <summary>What is changed behind the bank's back, where the database's refusals were removed, is found by verify.</summary>
public abstract class VerifyTests<TDatabase> : IAsyncLifetime
    where TDatabase : TestDatabase, new()
{
    private readonly BankOn<TDatabase> _bank = new();

    public async ValueTask InitializeAsync()
    {
        await _bank.InitializeAsync();
        var account = await _bank.Account();
        await _bank.Post(Contract.Bank.Job("v-1", account, "48.00"));
        await _bank.Put(Contract.Bank.Job("v-1", account, "130.00"));
        var lease = """{"project":{"held":"1.00","want":"2.00"},"users":[{"userid":"1000","held":"1.00","want":"2.00"}]}""";
        await _bank.Send(HttpMethod.Put, $"v1/accounts/{account}/leases/c", lease);
    }

    public ValueTask DisposeAsync() => _bank.DisposeAsync();

    [Fact]
    public async Task Untouched_books_balance()
    {
        var (exitCode, output, error) = await Verify();
        // deposit 100; charge 48 + 48 of the user; settle 52 + overrun 30 + 82 of the user
        Assert.Equal((0, "the books balance: 6 transfers, 360.00 SU moved\n", ""), (exitCode, output, error));
    }

    [Theory]
    [InlineData("UPDATE transfers SET amount = amount + 1 WHERE number = 2", "account Project fc_1 says", "job v-1 says")]
    [InlineData("DELETE FROM transfers WHERE number = 3", "transfer 3", "account UserCap fc_1 1000 says")]
    [InlineData("DELETE FROM transfers WHERE number = 6", "transfer 6", "should be the last one; it is 5")]
    [InlineData("UPDATE ledger_accounts SET credits = credits + 1 WHERE kind = 'Revenue'", "account Revenue normal says", "")]
    [InlineData("UPDATE jobs SET charged = 0", "job v-1 says it was charged 0.00; its transfers say 130.00", "")]
    [InlineData("UPDATE leases SET expires = expires + 7200000000", "the lease of cluster c on account fc_1 would not expire before", "")]
    [InlineData("UPDATE leases SET cluster = 'a b'", "the lease of cluster a b on account fc_1: 'a b' is not a name", "for user 1000")]
    [InlineData("DELETE FROM leases WHERE uid = ''", "cluster c on account fc_1 for user 1000 has none on the account", "")]
    [InlineData("DELETE FROM jobs", "job v-1 has transfers but is not kept", "")]
    public async Task A_tampered_ledger_is_named(string sql, string first, string second)
    {
        _bank.Database.Execute(_bank.Database.DropGuards);
        _bank.Database.Execute(sql);
        var (exitCode, _, error) = await Verify();
        Assert.Equal(1, exitCode);
        Assert.StartsWith("the books do not balance", error, StringComparison.Ordinal);
        Assert.Contains(first, error, StringComparison.Ordinal);
        Assert.Contains(second, error, StringComparison.Ordinal);
    }

    private Task<(int ExitCode, string Output, string Error)> Verify() => BankProcess.Run("verify", "--database", _bank.Database.Address);
}

public sealed class SqliteVerifyTests : VerifyTests<SqliteTestDatabase>;

public sealed class PostgresVerifyTests : VerifyTests<PostgresTestDatabase>;
