using System.Data.Common;
using System.Net;
using System.Text.Json.Nodes;
using SlurmBanking.Bank.Tests.Storage;
using SlurmBanking.Bank.Tests.V1;

namespace SlurmBanking.Bank.Tests.Contract;

/// <summary>Members who leave, and who changed an account and why, by the command line and under /v1/.</summary>
public abstract class MembershipTests<TDatabase>(BankOn<TDatabase> bank) : IClassFixture<BankOn<TDatabase>>
    where TDatabase : TestDatabase, new()
{
    [Fact]
    public async Task Who_is_removed_submits_no_more_and_what_was_charged_stays_and_is_settled()
    {
        var account = await bank.Account(cap: 70);
        await bank.Post(Bank.Job("m-1", account, "40.00"));
        Assert.Equal(
            $"user 1000 is no member of {account} any more\n",
            await Do("account", "remove-member", account, "1000", "--reason", "left the group")
        );

        var post = await bank.Post(Bank.Job("m-2", account, "1.00"));
        Assert.Equal(HttpStatusCode.BadRequest, post.Status);
        Assert.NotNull(post.Json["non_field_errors"]);
        var asked = await bank.Ask("1.00", account);
        Assert.Equal((HttpStatusCode.OK, false), (asked.Status, asked.Json["success"]!.GetValue<bool>()));
        Assert.Equal("40.00", await Charged(account));

        // What was used was used: the end of a job is a fact, whoever has left meanwhile.
        Assert.Equal(HttpStatusCode.OK, (await bank.Put(Bank.Job("m-1", account, "30.00"))).Status);
        Assert.Equal("30.00", await Charged(account));
        Assert.Contains(",charge,m-1,1000,-40.00,60.00,,", await Do("statement", account, "--format", "csv"), StringComparison.Ordinal);
        Assert.Contains(
            "is not a member",
            await Fails("account", "remove-member", account, "1000", "--reason", "x"),
            StringComparison.Ordinal
        );

        // Who comes back finds what was used.
        await Do("account", "member", account, "1000", "--cap", "50");
        Assert.Equal("30.00", await bank.UserUsage(account, "70.00"));
        Assert.Equal((0, ""), await Verify());
    }

    [Fact]
    public async Task A_member_of_nothing_else_is_removed_over_HTTP_and_stays_known()
    {
        using var client = await V1Client.Of(bank);
        var account = await bank.Account();
        await Do("account", "member", account, "4711");
        var removed = await client.Send(HttpMethod.Delete, $"v1/accounts/{account}/members/4711?reason=left", null);
        Assert.Equal((HttpStatusCode.NoContent, ""), (removed.Status, removed.Body));
        (await client.Send(HttpMethod.Delete, $"v1/accounts/{account}/members/4711?reason=left", null)).Refuses(
            HttpStatusCode.NotFound,
            "user"
        );
        var job = Bank.Job("m-3", account, "1.00");
        job["userid"] = "4711";
        Assert.NotNull((await bank.Post(job)).Json["non_field_errors"]);
        var changes = await client.Get($"v1/accounts/{account}/changes");
        var last = changes.Json["results"]![0]!;
        Assert.Equal(("user 4711 is no member any more", "left"), ($"{last["what"]}", $"{last["reason"]}"));
        Assert.StartsWith("admin-", $"{last["actor"]}", StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_changed_an_account_and_why_is_kept_for_good()
    {
        using var client = await V1Client.Of(bank);
        var account = await bank.Account();
        Assert.Contains("--reason", await Fails("account", "change", account, "--credit", "5"), StringComparison.Ordinal);
        await Do("account", "change", account, "--credit", "5", "--reason", "first");
        await client.Send(
            HttpMethod.Patch,
            $"v1/accounts/{account}",
            new JsonObject
            {
                ["limit"] = "200",
                ["end"] = "2998-01-01T00:00:00Z",
                ["reason"] = "second",
            }
        );
        // One that changes nothing is none.
        await Do("account", "change", account, "--credit", "5", "--reason", "third");

        var changes = await client.Get($"v1/accounts/{account}/changes");
        Assert.Equal(
            [("limit none to 200.00, end none to 2998-01-01T00:00:00Z", "second"), ("credit 0.00 to 5.00", "first")],
            changes.Json["results"]!.AsArray().Select(static one => ($"{one!["what"]}", $"{one["reason"]}"))
        );
        Assert.Equal(Environment.UserName, $"{changes.Json["results"]![1]!["actor"]}");
        Assert.Matches(
            @"\A\S+Z  limit none to 200\.00, end none to 2998-01-01T00:00:00Z  by admin-\S+: second\n\S+Z  credit 0\.00 to 5\.00  by \S+: first\n\z",
            await Do("account", "changes", account)
        );
        Assert.ThrowsAny<DbException>(() => bank.Database.Execute("UPDATE account_changes SET reason = 'x'"));
        Assert.ThrowsAny<DbException>(() => bank.Database.Execute("DELETE FROM account_changes"));
    }

    private async Task<string> Charged(string account)
    {
        using var client = await V1Client.Of(bank);
        var balance = await client.Get($"v1/accounts/{account}/balance?user=1000");
        Assert.Equal(balance["project.charged"], balance["user.charged"]);
        return balance["project.charged"];
    }

    private async Task<string> Do(params string[] command)
    {
        var (exitCode, output, error) = await BankProcess.Run([.. command, "--database", bank.Database.Address]);
        Assert.Equal((0, ""), (exitCode, error));
        return output;
    }

    private async Task<string> Fails(params string[] command)
    {
        var (exitCode, _, error) = await BankProcess.Run([.. command, "--database", bank.Database.Address]);
        Assert.NotEqual(0, exitCode);
        return error;
    }

    private async Task<(int ExitCode, string Error)> Verify()
    {
        var (exitCode, _, error) = await BankProcess.Run("verify", "--database", bank.Database.Address);
        return (exitCode, error);
    }
}

public sealed class SqliteMembershipTests(BankOn<SqliteTestDatabase> bank) : MembershipTests<SqliteTestDatabase>(bank);

public sealed class PostgresMembershipTests(BankOn<PostgresTestDatabase> bank) : MembershipTests<PostgresTestDatabase>(bank);
