using System.Net;
using System.Text.Json.Nodes;
using SlurmBanking.Bank.Tests.Contract;
using SlurmBanking.Bank.Tests.Storage;

namespace SlurmBanking.Bank.Tests.V1;

/// <summary>What clusters and operators say of partitions and users, and what /partitions/ and /users/ list of it.</summary>
public abstract class DirectoryTests<TDatabase>(BankOn<TDatabase> bank) : IClassFixture<BankOn<TDatabase>>
    where TDatabase : TestDatabase, new()
{
    [Fact]
    public async Task A_cluster_lists_its_partitions_beside_others_and_what_an_operator_set_stays()
    {
        await Do("partition", "set", "own", "--nodes", "1", "--cores", "8", "--price", "9");
        await Put("alpha", Partition("a"), Partition("b"), Partition("own"));
        await Put("beta", Partition("c", price: "2.5"));
        Assert.Equal(["a 1", "b 1", "c 2.5", "own 9"], await Partitions());

        // All that it has now; the other cluster's stay.
        await Put("alpha", Partition("b", price: "1.25"));
        Assert.Equal(["b 1.25", "c 2.5", "own 9"], await Partitions());

        // Users alone leave partitions as they are.
        Assert.Equal(HttpStatusCode.NoContent, (await Send("alpha", new JsonObject { ["users"] = new JsonArray() })).Status);
        Assert.Equal(["b 1.25", "c 2.5", "own 9"], await Partitions());
    }

    [Fact]
    public async Task Users_get_names_and_keep_what_else_is_known()
    {
        await Do("user", "set", "2001", "--name", "old", "--email", "ann@example.org");
        await Send("alpha", new JsonObject { ["users"] = new JsonArray(User("2001", "ann"), User("2002", "bob")) });
        await Send("beta", new JsonObject { ["users"] = new JsonArray(User("2003", "eve")) });
        var users = (await bank.Get("users/")).Json["results"]!.AsArray();
        Assert.Equal(["ann ann@example.org", "bob ", "eve "], users.Select(static one => $"{one!["username"]} {one["email"]}"));
        // Known, and a member of nothing.
        Assert.Equal(HttpStatusCode.OK, (await bank.Ask("1", await bank.Account(), "2002")).Status);
    }

    [Fact]
    public async Task A_reader_lists_nothing()
    {
        using var client = new V1Client(bank.Address, bank.Reader);
        var answer = await client.Send(HttpMethod.Put, "v1/clusters/alpha/directory", new JsonObject());
        Assert.Equal(HttpStatusCode.Forbidden, answer.Status);
    }

    private static JsonObject Partition(string name, string price = "1") =>
        new()
        {
            ["name"] = name,
            ["num_nodes"] = 2,
            ["num_cores"] = 4,
            ["su_per_core_hour"] = price,
        };

    private static JsonObject User(string uid, string name) => new() { ["userid"] = uid, ["username"] = name };

    private async Task Put(string cluster, params JsonNode[] partitions) =>
        Assert.Equal(HttpStatusCode.NoContent, (await Send(cluster, new JsonObject { ["partitions"] = new JsonArray(partitions) })).Status);

    private async Task<V1Client.Answer> Send(string cluster, JsonObject body)
    {
        using var client = new V1Client(bank.Address, bank.Staff);
        return await client.Send(HttpMethod.Put, $"v1/clusters/{cluster}/directory", body);
    }

    private async Task<IEnumerable<string>> Partitions() =>
        (await bank.Get("partitions/")).Json["results"]!.AsArray().Select(static one => $"{one!["name"]} {one["su_per_core_hour"]}");

    private async Task Do(params string[] command)
    {
        var (exitCode, _, error) = await BankProcess.Run([.. command, "--database", bank.Database.Address]);
        Assert.Equal((0, ""), (exitCode, error));
    }
}

public sealed class SqliteDirectoryTests(BankOn<SqliteTestDatabase> bank) : DirectoryTests<SqliteTestDatabase>(bank);

public sealed class PostgresDirectoryTests(BankOn<PostgresTestDatabase> bank) : DirectoryTests<PostgresTestDatabase>(bank);
