using System.Data.Common;
using SlurmBanking.Bank.Tests.Contract;

namespace SlurmBanking.Bank.Tests.Storage;

/// <summary>What the code never does the database refuses, whoever asks it to.</summary>
public abstract class ConstraintTests<TDatabase>(BankOn<TDatabase> bank) : IClassFixture<BankOn<TDatabase>>, IAsyncLifetime
    where TDatabase : TestDatabase, new()
{
    private protected BankOn<TDatabase> Bank => bank;

    public async ValueTask InitializeAsync()
    {
        // The first is fc_1, used up and overrun; the same again changes nothing.
        if (await bank.Account() == "fc_1")
        {
            await bank.Put(Contract.Bank.Job("v-1", "fc_1", "130.00"));
            await bank.Send(HttpMethod.Put, "v1/accounts/fc_1/leases/c", """{"project":{"held":"1.00","want":"2.00"}}""");
        }
    }

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Theory]
    [InlineData("UPDATE transfers SET amount = 1 WHERE number = 2")]
    [InlineData("DELETE FROM transfers WHERE number = 2")]
    public void The_database_refuses_to_change_the_ledger(string sql)
    {
        var refusal = Assert.ThrowsAny<DbException>(() => bank.Database.Execute(sql));
        Assert.Contains("append-only", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("INSERT INTO transfers (at, code, debit, credit, amount, key) VALUES (0, 'Charge', 1, 2, 0, 'x')")]
    [InlineData("INSERT INTO transfers (at, code, debit, credit, amount, key) VALUES (0, 'Charge', 1, 2, -1, 'x')")]
    [InlineData("INSERT INTO transfers (at, code, debit, credit, amount, key) VALUES (0, 'Charge', 1, 1, 1, 'x')")]
    [InlineData("INSERT INTO transfers (at, code, debit, credit, amount, key) VALUES (0, 'Theft', 2, 1, 1, 'x')")]
    [InlineData("INSERT INTO transfers (at, code, debit, credit, amount, key) VALUES (0, 'Charge', 2, 999, 1, 'x')")]
    [InlineData("INSERT INTO transfers (at, code, debit, credit, amount, key) VALUES (0, 'Charge', 2, NULL, 1, 'x')")]
    [InlineData("INSERT INTO transfers (at, code, debit, credit, amount, key) SELECT at, code, debit, credit, amount, key FROM transfers")]
    [InlineData("UPDATE accounts SET name = ''")]
    [InlineData("UPDATE accounts SET max_total = -1")]
    [InlineData("UPDATE accounts SET starts = 2, ends = 2")]
    [InlineData("INSERT INTO members (account, uid) VALUES ('fc_1', '1000')")]
    [InlineData("INSERT INTO members (account, uid) VALUES ('fc_1', 'root')")]
    [InlineData("INSERT INTO members (account, uid) VALUES ('nobody', '1')")]
    [InlineData("UPDATE members SET cap = -1")]
    [InlineData("UPDATE jobs SET amount = -1")]
    [InlineData("UPDATE jobs SET charged = -1")]
    [InlineData("UPDATE jobs SET account = 'nobody'")]
    [InlineData("UPDATE tokens SET name = 'staff'")]
    [InlineData("UPDATE leases SET granted = -1")]
    [InlineData("UPDATE leases SET granted = 100000000000")]
    [InlineData("UPDATE leases SET held = -1")]
    [InlineData("UPDATE leases SET held = wanted + 1")]
    [InlineData("UPDATE leases SET unmet = wanted + 1")]
    [InlineData("UPDATE leases SET uncovered = unmet + 1")]
    [InlineData("UPDATE leases SET uncovered = 1, unmet = 1, held = 0")]
    [InlineData("UPDATE leases SET account = 'nobody'")]
    [InlineData("UPDATE leases SET uid = 'root'")]
    [InlineData("UPDATE leases SET cluster = ''")]
    [InlineData("INSERT INTO leases SELECT * FROM leases")]
    [InlineData("INSERT INTO lease_releases (at, account, cluster, released, actor, reason) VALUES (0, 'fc_1', 'c', 0, 'x', '')")]
    [InlineData("INSERT INTO lease_releases (at, account, cluster, released, actor, reason) VALUES (0, 'fc_1', 'c', -1, 'x', 'x')")]
    public void The_database_refuses_what_the_code_never_does(string sql) =>
        Assert.ThrowsAny<DbException>(() => bank.Database.Execute(sql));

    [Fact]
    public void The_database_refuses_to_overdraw_a_project()
    {
        var refusal = Assert.ThrowsAny<DbException>(() =>
            bank.Database.Execute("UPDATE ledger_accounts SET debits = debits + 1 WHERE kind = 'Project'")
        );
        Assert.Contains("a_project_is_not_overdrawn", refusal.Message, StringComparison.Ordinal);
    }
}

public sealed class SqliteConstraintTests(BankOn<SqliteTestDatabase> bank) : ConstraintTests<SqliteTestDatabase>(bank);

public sealed class PostgresConstraintTests(BankOn<PostgresTestDatabase> bank) : ConstraintTests<PostgresTestDatabase>(bank)
{
    [Theory]
    [InlineData("TRUNCATE transfers", "append-only")]
    [InlineData("UPDATE jobs SET status = repeat('x', 51)", "jobs_status_check")]
    [InlineData("UPDATE jobs SET jobslurmid = repeat('x', 151)", "jobs_jobslurmid_check")]
    [InlineData("UPDATE ledger_accounts SET owner = 'another' WHERE kind = 'Project'", "only_revenue_is_of_several_projects")]
    public void PostgreSQL_refuses_more(string sql, string message) =>
        Assert.Contains(message, Assert.ThrowsAny<DbException>(() => Bank.Database.Execute(sql)).Message, StringComparison.Ordinal);

    [Fact]
    public async Task A_transfer_stays_within_one_projects_books()
    {
        await Bank.Account();
        var refusal = Assert.ThrowsAny<DbException>(() =>
            Bank.Database.Execute(
                """
                INSERT INTO transfers (at, code, debit, credit, amount, key)
                SELECT 0, 'Adjustment', min(id), max(id), 1, 'x' FROM ledger_accounts WHERE kind = 'Project'
                """
            )
        );
        Assert.Contains("foreign key", refusal.Message, StringComparison.Ordinal);
    }
}
