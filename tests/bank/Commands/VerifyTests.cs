using SlurmBanking.Bank.Tests.Contract;

namespace SlurmBanking.Bank.Tests.Commands;

/// <summary>What is changed behind the bank's back is refused by the database, and found by verify where the refusal was removed.</summary>
public sealed class VerifyTests : IAsyncLifetime
{
    private readonly Contract.Bank _bank = new();

    public async ValueTask InitializeAsync()
    {
        await _bank.InitializeAsync();
        var account = await _bank.Account();
        await _bank.Post(Contract.Bank.Job("v-1", account, "48.00"));
        await _bank.Put(Contract.Bank.Job("v-1", account, "130.00"));
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
    [InlineData("UPDATE transfers SET amount = 1 WHERE number = 2")]
    [InlineData("DELETE FROM transfers WHERE number = 2")]
    public void The_database_refuses_to_change_the_ledger(string sql)
    {
        var refusal = Assert.ThrowsAny<Microsoft.Data.Sqlite.SqliteException>(() => _bank.Execute(sql));
        Assert.Contains("append-only", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_database_refuses_to_overdraw_a_project()
    {
        var refusal = Assert.ThrowsAny<Microsoft.Data.Sqlite.SqliteException>(() =>
            _bank.Execute("UPDATE ledger_accounts SET debits = debits + 1 WHERE kind = 'Project'")
        );
        Assert.Contains("a_project_is_not_overdrawn", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("UPDATE transfers SET amount = amount + 1 WHERE number = 2", "account Project fc_1 says", "job v-1 says")]
    [InlineData("DELETE FROM transfers WHERE number = 3", "transfer 3 is missing", "account UserCap fc_1 1000 says")]
    [InlineData("UPDATE ledger_accounts SET credits = credits + 1 WHERE kind = 'Revenue'", "account Revenue normal says", "")]
    [InlineData("UPDATE jobs SET charged = 0", "job v-1 says it was charged 0.00; its transfers say 130.00", "")]
    [InlineData("DELETE FROM jobs", "job v-1 has transfers but is not kept", "")]
    public async Task A_tampered_ledger_is_named(string sql, string first, string second)
    {
        _bank.Execute("DROP TRIGGER transfers_are_not_updated; DROP TRIGGER transfers_are_not_deleted;");
        _bank.Execute(sql);
        var (exitCode, _, error) = await Verify();
        Assert.Equal(1, exitCode);
        Assert.StartsWith("the books do not balance", error, StringComparison.Ordinal);
        Assert.Contains(first, error, StringComparison.Ordinal);
        Assert.Contains(second, error, StringComparison.Ordinal);
    }

    private Task<(int ExitCode, string Output, string Error)> Verify() => BankProcess.Run("verify", "--database", _bank.DatabasePath);
}
