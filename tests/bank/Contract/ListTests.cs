using System.Net;
using System.Text.Json.Nodes;

namespace SlurmBanking.Bank.Tests.Contract;

/// <summary>The row "list" of the contract.</summary>
public sealed class ListTests(Bank bank) : IClassFixture<Bank>
{
    [Fact]
    public async Task Jobs_come_in_pages_of_100_with_the_totals_of_all()
    {
        var account = await bank.Account();
        await Task.WhenAll(
            Enumerable
                .Range(0, 101)
                .Select(i =>
                {
                    var job = Bank.Job($"l-{i}", account, "0.50");
                    job["cpu_time"] = 2;
                    return bank.Post(job);
                })
        );
        var notStarted = Bank.Job("l-not-started", account, "5.00");
        notStarted.Remove("startdate");
        await bank.Post(notStarted);

        var first = (await bank.Get($"jobs/?account={account}")).Json;
        Assert.Equal((101, 100), (first["count"]!.GetValue<int>(), first["results"]!.AsArray().Count));
        Assert.Equal((50.5m, 202m), (first["total_amount"]!.GetValue<decimal>(), first["total_cpu_time"]!.GetValue<decimal>()));
        Assert.Null(first["previous"]);

        var second = JsonNode.Parse((await bank.Get(first["next"]!.GetValue<string>())).Body)!;
        Assert.Single(second["results"]!.AsArray());
        Assert.Null(second["next"]);
        Assert.Equal($"{bank.Address}jobs/?account={account}&page=1", second["previous"]!.GetValue<string>());
        var ids = first["results"]!
            .AsArray()
            .Concat(second["results"]!.AsArray())
            .Select(static job => job!["jobslurmid"]!.GetValue<string>());
        Assert.Equal(Enumerable.Range(0, 101).Select(static i => $"l-{i}").Order(), ids.Order());
    }

    [Theory]
    [InlineData("jobs/?page=99")]
    [InlineData("jobs/?page=0")]
    [InlineData("jobs/?page=-1")]
    [InlineData("jobs/?page=two")]
    [InlineData("jobs/?page=2147483647")]
    [InlineData("users/?page=99")]
    [InlineData("partitions/?page=2")]
    public async Task A_bad_page_is_not_found(string path) => Assert.Equal(HttpStatusCode.NotFound, (await bank.Get(path)).Status);

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
    public async Task A_job_that_is_not_there_is_not_found() =>
        Assert.Equal(HttpStatusCode.NotFound, (await bank.Get("jobs/nowhere/")).Status);

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
