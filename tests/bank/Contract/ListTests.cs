using System.Net;
using System.Text.Json.Nodes;
using SlurmBanking.Bank.Tests.Storage;

namespace SlurmBanking.Bank.Tests.Contract;

/// <summary>What lists of this bank have beyond the contract (tests/contract has the rest).</summary>
public abstract class ListTests<TDatabase>(BankOn<TDatabase> bank) : IClassFixture<BankOn<TDatabase>>
    where TDatabase : TestDatabase, new()
{
    [Theory]
    [InlineData("jobs/?page=2147483647")]
    [InlineData("partitions/?page=2")]
    public async Task A_bad_page_is_not_found(string path) => Assert.Equal(HttpStatusCode.NotFound, (await bank.Get(path)).Status);

    [Fact]
    public async Task A_filter_that_nothing_can_match_finds_nothing() =>
        Assert.Equal(0, (await bank.Get("jobs/?user=%00&account=a%00b")).Json["count"]!.GetValue<int>());

    [Fact]
    public async Task Jobs_are_found_by_id_and_user()
    {
        var account = await bank.Account();
        await bank.Post(Bank.Job("l-one", account, "1.00"));
        await bank.Post(Bank.Job("l-two", account, "1.00"));
        Assert.Equal(1, (await bank.Get("jobs/?jobslurmid=l-two")).Json["count"]!.GetValue<int>());
        Assert.Equal(2, (await bank.Get($"jobs/?user=1000&account={account}")).Json["count"]!.GetValue<int>());
        Assert.Equal(0, (await bank.Get($"jobs/?user=1001&account={account}")).Json["count"]!.GetValue<int>());
    }

    [Fact]
    public async Task Members_are_users()
    {
        await bank.Account();
        var users = (await bank.Get("users/")).Json;
        Assert.Contains(users["results"]!.AsArray(), static user => user!["username"]!.GetValue<string>() == "1000");
    }

    [Fact]
    public async Task Partitions_are_a_page() =>
        Assert.Equal("""{"count":0,"next":null,"previous":null,"results":[]}""", (await bank.Get("partitions/")).Body);
}

public sealed class SqliteListTests(BankOn<SqliteTestDatabase> bank) : ListTests<SqliteTestDatabase>(bank);

public sealed class PostgresListTests(BankOn<PostgresTestDatabase> bank) : ListTests<PostgresTestDatabase>(bank);
