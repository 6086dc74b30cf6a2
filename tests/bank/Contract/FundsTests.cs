using System.Data.Common;
using System.Net;
using SlurmBanking.Bank.Tests.Storage;

namespace SlurmBanking.Bank.Tests.Contract;

/// <summary>Windows, credit, refunds and adjustments, as an operator at the command line and a cluster over HTTP see them.</summary>
public abstract class FundsTests<TDatabase>(BankOn<TDatabase> bank) : IClassFixture<BankOn<TDatabase>>
    where TDatabase : TestDatabase, new()
{
    [Fact]
    public async Task A_window_ends_and_is_renewed_with_a_part_of_what_was_left()
    {
        var account = await bank.Account(cap: 70);
        await bank.Post(Bank.Job("w-1", account, "40.00"));
        await bank.Post(Bank.Job("w-2", account, "20.00"));
        await bank.Put(Bank.Job("w-1", account, "30.00"));
        await Do("account", "change", account, "--end", "2020-01-01", "--reason", "test");
        Assert.Contains("renew it first", await Fails("deposit", account, "1"), StringComparison.Ordinal);
        Assert.Contains(
            $"only 50.00 SU of account {account} expired: 50.01 can't be carried over",
            await Fails("account", "renew", account, "--carry-over", "50.01"),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "window 2 from 2026-01-01T00:00:00Z to none, limit none, credit 0.00, 20.00 SU carried over",
            await Do("account", "renew", account, "--start", "2026-01-01", "--carry-over", "20"),
            StringComparison.Ordinal
        );
        Assert.Contains("has not ended", await Fails("account", "renew", account), StringComparison.Ordinal);

        // The new window begins with what was carried over, and with nothing used, by the user either.
        Assert.Equal(
            "Adding job_cost 20.01 to account balance 0.00 would exceed account allocation 20.00.",
            await Refusal("20.01", account)
        );
        await bank.Post(Bank.Job("w-3", account, "5.00"));
        Assert.Equal("5.00", await bank.Usage(account));

        // What was charged in the old window is settled there: less goes back there, more is owed now.
        await bank.Put(Bank.Job("w-2", account, "15.00"));
        Assert.Equal("5.00", await bank.Usage(account));
        await bank.Put(Bank.Job("w-2", account, "16.50"));
        Assert.Equal("6.50", await bank.Usage(account));
        await bank.Put(Bank.Job("w-2", account, "15.00"));
        Assert.Equal("5.00", await bank.Usage(account));
        var statement = await Do("statement", account, "--format", "csv");
        Assert.Matches(@"(?m)^\S+Z,expiry,,,-50\.00,0\.00,,$", statement);
        Assert.Matches(@"(?m)^\S+Z,adjustment,,,20\.00,20\.00,\S+,carried over$", statement);
        await Verified();
    }

    [Fact]
    public async Task The_server_ends_a_window_by_its_clock()
    {
        var account = await bank.Account(end: "2998-01-01");
        bank.SetEnd(account, "2026-01-01");
        for (var tries = 0; ; tries++)
        {
            if (bank.Output.Contains($"the window of account {account} has ended", StringComparison.Ordinal))
            {
                break;
            }

            Assert.True(tries < 300, "nothing ended it");
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }

        Assert.Contains(",expiry,,,-100.00,0.00,,", await Do("statement", account, "--format", "csv"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Credit_lets_an_account_go_so_far_below_zero_and_no_further()
    {
        var account = await bank.Account();
        await Do("account", "change", account, "--credit", "50", "--reason", "test");
        Assert.Equal(
            "Adding job_cost 150.01 to account balance 0.00 would exceed account allocation 150.00.",
            await Refusal("150.01", account)
        );
        await bank.Post(Bank.Job("c-1", account, "130.00"));
        Assert.Contains(
            "uses 30.00 SU of its credit: it can't be changed to 29.99",
            await Fails("account", "change", account, "--credit", "29.99", "--reason", "test"),
            StringComparison.Ordinal
        );
        Assert.ThrowsAny<DbException>(() =>
            bank.Database.Execute("UPDATE ledger_accounts SET credit_limit = 2999 WHERE kind = 'Project' AND owner = $1", account)
        );
        await bank.Put(Bank.Job("c-1", account, "160.00"));
        Assert.Equal("160.00", await bank.Usage(account));
        var statement = await Do("statement", account);
        Assert.EndsWith(
            $"{account}: allocation 150.00 SU, used 160.00, of it 10.00 overrun, available -10.00\n",
            statement,
            StringComparison.Ordinal
        );

        // More credit takes in what was overrun.
        await Do("account", "change", account, "--credit", "70", "--reason", "test");
        Assert.EndsWith("allocation 170.00 SU, used 160.00, available 10.00\n", await Do("statement", account), StringComparison.Ordinal);
        await Verified();
    }

    [Fact]
    public async Task A_refund_is_for_good_and_on_the_receipt()
    {
        var account = await bank.Account();
        await bank.Post(Bank.Job("r-1", account, "48.00"));
        await bank.Put(Bank.Job("r-1", account, "40.00"));
        Assert.Contains(
            "charged 30.00",
            await Do("refund", "r-1", "10", "--reason", "node failed", "--key", "r1"),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "charged 30.00",
            await Do("refund", "r-1", "10", "--reason", "node failed", "--key", "r1"),
            StringComparison.Ordinal
        );
        Assert.Contains("another reason", await Fails("refund", "r-1", "10", "--reason", "other", "--key", "r1"), StringComparison.Ordinal);
        Assert.Contains(
            "job r-1 is charged 30.00 SU: 30.01 can't be given back",
            await Fails("refund", "r-1", "30.01", "--reason", "x"),
            StringComparison.Ordinal
        );
        Assert.Contains("no job r-0", await Fails("refund", "r-0", "1", "--reason", "x"), StringComparison.Ordinal);
        await bank.Put(Bank.Job("r-1", account, "40.00"));
        Assert.Equal("30.00", await bank.Usage(account));
        await bank.Put(Bank.Job("r-1", account, "45.00"));
        Assert.Equal("35.00", await bank.Usage(account));
        await bank.Put(Bank.Job("r-1", account, "8.00"));
        Assert.Equal("0.00", await bank.Usage(account));

        var receipt = await Do("receipt", "r-1");
        Assert.Contains("amount 8.00 SU, refunded 10.00, charged 0.00, settled", receipt, StringComparison.Ordinal);
        Assert.Matches($@"(?m)^\S+Z +refund +CapControl {account} +UserCap {account} 1000 +10\.00 +\S+ +node failed$", receipt);
        Assert.Matches($@"(?m)^\S+Z +refund +Revenue normal +Project {account} +10\.00 +\S+ +node failed$", receipt);
        Assert.Matches(@"(?m)^\S+Z,refund,r-1,1000,10\.00,70\.00,\S+,node failed$", await Do("statement", account, "--format", "csv"));
        await Verified();
        bank.Database.Execute("UPDATE jobs SET refunded = 1 WHERE jobslurmid = 'r-1'");
        var (exitCode, _, error) = await BankProcess.Run("verify", "--database", bank.Database.Address);
        bank.Database.Execute("UPDATE jobs SET refunded = 1000 WHERE jobslurmid = 'r-1'");
        Assert.Equal(
            (1, true),
            (exitCode, error.Contains("job r-1 says operators refunded 0.01; its transfers say 10.00", StringComparison.Ordinal))
        );
    }

    [Fact]
    public async Task An_adjustment_adds_and_takes_away_what_is_left()
    {
        var account = await bank.Account();
        await bank.Post(Bank.Job("a-1", account, "120.00"));
        Assert.Contains("allocation 130.00, used 120.00", await Do("adjust", account, "30", "--reason", "typo"), StringComparison.Ordinal);
        Assert.Contains("allocation 121.00", await Do("adjust", account, "-9", "--reason", "typo", "--key", "a"), StringComparison.Ordinal);
        Assert.Contains("allocation 121.00", await Do("adjust", account, "-9", "--reason", "typo", "--key", "a"), StringComparison.Ordinal);
        Assert.Contains("another amount", await Fails("adjust", account, "9", "--reason", "typo", "--key", "a"), StringComparison.Ordinal);
        Assert.Contains(
            $"only 1.00 SU are left of the deposits of account {account}: 1.01 can't be taken away",
            await Fails("adjust", account, "-1.01", "--reason", "typo"),
            StringComparison.Ordinal
        );
        Assert.Contains("'0' is not an amount", await Fails("adjust", account, "0", "--reason", "typo"), StringComparison.Ordinal);
        Assert.Contains("'--reason' is required", await Fails("adjust", account, "1"), StringComparison.Ordinal);
        await Verified();
    }

    [Fact]
    public async Task A_deposit_under_a_key_is_made_once()
    {
        var (account, other) = (await bank.Account(), await bank.Account());
        await Do("deposit", account, "5", "--key", "d", "--reason", "grant 7");
        Assert.Contains(
            "allocation 105.00",
            await Do("deposit", account, "5", "--key", "d", "--reason", "grant 7"),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "another amount",
            await Fails("deposit", account, "6", "--key", "d", "--reason", "grant 7"),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "another account",
            await Fails("deposit", other, "5", "--key", "d", "--reason", "grant 7"),
            StringComparison.Ordinal
        );
        Assert.Contains("another reason", await Fails("deposit", account, "5", "--key", "d"), StringComparison.Ordinal);
        var statement = await Do("statement", account, "--format", "json");
        Assert.Contains("\"reason\": \"grant 7\"", statement, StringComparison.Ordinal);
        Assert.Contains($"\"actor\": \"{Environment.UserName}\"", statement, StringComparison.Ordinal);
        Assert.Equal("[]\n", await Do("statement", account, "--format", "json", "--until", "2020-01-01"));
        Assert.Equal(statement, await Do("statement", account, "--format", "json", "--since", "2020-01-01", "--until", "2999-01-01"));
    }

    [Fact]
    public async Task Partitions_and_users_are_listed_as_they_were_set()
    {
        await bank.Account();
        await Do("user", "set", "1000", "--name", "ann", "--email", "ann@example.org");
        await Do("user", "set", "77", "--name", "bob");
        await Do("partition", "set", "gpu", "--nodes", "3", "--cores", "64", "--price", "1.25", "--shared");
        await Do("partition", "set", "old", "--nodes", "1", "--cores", "1", "--price", "1");
        await Do("partition", "remove", "old");
        Assert.Contains("no partition old", await Fails("partition", "remove", "old"), StringComparison.Ordinal);
        Assert.Contains(
            "'-1' is not a number",
            await Fails("partition", "set", "x", "--nodes=-1", "--cores", "1", "--price", "1"),
            StringComparison.Ordinal
        );
        var partitions = (await bank.Get("partitions/")).Body;
        Assert.Equal(
            """{"count":1,"next":null,"previous":null,"results":[{"name":"gpu","shared":true,"num_nodes":3,"num_cores":64,"su_per_core_hour":"1.25"}]}""",
            partitions
        );
        var users = (await bank.Get("users/")).Body;
        Assert.Contains("""{"username":"bob","email":""},{"username":"ann","email":"ann@example.org"}""", users, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_revoked_token_is_refused_and_an_admins_may_what_a_clusters_may()
    {
        var account = await bank.Account();
        var key = (await Do("token", "create", "admin1", "--scope", "admin")).Trim();
        var job = Bank.Job("t-1", account, "1.00").ToJsonString();
        Assert.Equal(HttpStatusCode.Created, (await bank.Send(HttpMethod.Post, "jobs/", job, key)).Status);
        Assert.Contains("admin1  admin  -\n", await Do("token", "list"), StringComparison.Ordinal);
        await Do("token", "revoke", "admin1");
        Assert.Equal(HttpStatusCode.Unauthorized, (await bank.Send(HttpMethod.Get, "jobs/", token: key)).Status);
        Assert.Contains("no token admin1", await Fails("token", "revoke", "admin1"), StringComparison.Ordinal);
    }

    private async Task Verified() => Assert.StartsWith("the books balance", await Do("verify"), StringComparison.Ordinal);

    private async Task<string> Refusal(string cost, string account) => (await bank.Ask(cost, account)).Text("message");

    private async Task<string> Do(params string[] arguments)
    {
        var (exitCode, output, error) = await BankProcess.Run([.. arguments, "--database", bank.Database.Address]);
        Assert.Equal((0, ""), (exitCode, error));
        return output;
    }

    private async Task<string> Fails(params string[] arguments)
    {
        var (exitCode, output, error) = await BankProcess.Run([.. arguments, "--database", bank.Database.Address]);
        Assert.NotEqual(0, exitCode);
        Assert.Equal("", output);
        return error;
    }
}

public sealed class SqliteFundsTests(BankOn<SqliteTestDatabase> bank) : FundsTests<SqliteTestDatabase>(bank);

public sealed class PostgresFundsTests(BankOn<PostgresTestDatabase> bank) : FundsTests<PostgresTestDatabase>(bank);
