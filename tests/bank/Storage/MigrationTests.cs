using System.Data.Common;
using SlurmBanking.Bank.Ledger;
using SlurmBanking.Bank.Storage;
using SlurmBanking.Bank.Teller;
using SlurmBanking.Bank.Tests.Contract;
using SlurmBanking.Terms;

namespace SlurmBanking.Bank.Tests.Storage;

/// <summary>A database of the first layout, with accounts, jobs and tokens in it, is brought forward with all of them.</summary>
public sealed class MigrationTests
{
    [Fact]
    public Task A_file_of_the_first_layout_goes_on() =>
        GoesOn(
            new SqliteTestDatabase(),
            "Sqlite",
            """
            INSERT INTO accounts (name, max_total, is_exempt, opened) VALUES ('abc', 20000, 0, 1);
            INSERT INTO members (account, uid) VALUES ('abc', '1000');
            INSERT INTO ledger_accounts (id, kind, owner, uid, may_overdraw) VALUES
                (1, 'Project', 'abc', '', 0), (2, 'GrantSource', 'abc', '', 0), (3, 'Revenue', 'p', '', 0),
                (4, 'UserCap', 'abc', '1000', 0), (5, 'CapControl', 'abc', '', 0);
            INSERT INTO transfers (at, code, debit, credit, amount, job, key) VALUES
                (1, 'Deposit', 2, 1, 10000, NULL, 'd'), (2, 'Charge', 1, 3, 4800, '7', 'job/7/1/0'),
                (2, 'Charge', 4, 5, 4800, '7', 'job/7/1/1');
            INSERT INTO jobs (jobslurmid, account, uid, amount, nodes, billed_to, charged, revision, is_settled)
                VALUES ('7', 'abc', '1000', 4800, '[]', 'p', 4800, 1, 0);
            INSERT INTO tokens (hash, name, is_staff, created) VALUES (zeroblob(32), 'old', 1, 1), (randomblob(32), 'reader', 0, 1);
            PRAGMA user_version = 1;
            """
        );

    [Fact]
    public Task A_PostgreSQL_database_of_the_first_layout_goes_on() =>
        GoesOn(
            new PostgresTestDatabase(),
            "Postgres",
            """
            INSERT INTO accounts (name, max_total, is_exempt, opened) VALUES ('abc', 20000, false, 1);
            INSERT INTO members (account, uid) VALUES ('abc', '1000');
            INSERT INTO transfers (at, code, debit, credit, amount, job, key)
                SELECT 1, code, ledger_account(debit, 'abc', debit_uid, 'abc', false),
                       ledger_account(credit, credit_owner, '', 'abc', false), amount, job, key
                FROM (VALUES ('Deposit', 'GrantSource', '', 'Project', 'abc', 10000, NULL, 'd'),
                             ('Charge', 'Project', '', 'Revenue', 'p', 4800, '7', 'job/7/1/0'),
                             ('Charge', 'UserCap', '1000', 'CapControl', 'abc', 4800, '7', 'job/7/1/1'))
                     AS made (code, debit, debit_uid, credit, credit_owner, amount, job, key);
            INSERT INTO jobs (jobslurmid, account, uid, amount, nodes, billed_to, charged, revision, is_settled)
                VALUES ('7', 'abc', '1000', 4800, '[]', 'p', 4800, 1, false);
            INSERT INTO tokens (hash, name, is_staff, created) VALUES
                (decode(repeat('00', 32), 'hex'), 'old', true, 1), (decode(repeat('11', 32), 'hex'), 'reader', false, 1);
            CREATE TABLE layout (version INTEGER NOT NULL);
            INSERT INTO layout VALUES (1);
            """
        );

    private static async Task GoesOn(TestDatabase database, string kind, string books)
    {
        using var temporary = database;
        database.Execute(FirstLayout(kind));
        database.Execute(books);
        using (var store = database.Open())
        {
            var (_, tokens) = await store.Read(static books => books.ListTokens(0, 9));
            Assert.Equal(
                [("old", TokenScope.Staff), ("reader", TokenScope.Read)],
                tokens.Select(static token => (token.Name, token.Scope))
            );
            Assert.Equal(
                new Account("abc", new Allocation(new ServiceUnits(20000), null, null, IsExempt: false)),
                await store.Read(static books => books.FindAccount("abc"))
            );
            var job = await store.Write(static books =>
                RefundTeller.Refund(books, "7", new ServiceUnits(800), "refund/1", "ann", "x", DateTimeOffset.UnixEpoch)
            );
            Assert.Equal(new ServiceUnits(4000), job.Bill.Charged);
        }

        var (exitCode, output, _) = await BankProcess.Run("verify", "--database", database.Address);
        Assert.Equal((0, "the books balance: 5 transfers, 212.00 SU moved\n"), (exitCode, output));
        Refuses("a_project_is_not_overdrawn", "UPDATE ledger_accounts SET debits = 10801 WHERE kind = 'Project'");
        Refuses("foreign key", "DELETE FROM ledger_accounts WHERE kind = 'Revenue'");

        void Refuses(string constraint, string sql) =>
            Assert.Contains(
                constraint,
                Assert.ThrowsAny<DbException>(() => database.Execute(sql)).Message,
                StringComparison.OrdinalIgnoreCase
            );
    }

    private static string FirstLayout(string kind)
    {
        using var script = typeof(IBankStore).Assembly.GetManifestResourceStream($"{kind}/0001_ledger")!;
        using var reader = new StreamReader(script);
        return reader.ReadToEnd();
    }
}
