using System.Net;
using System.Text.Json.Nodes;

namespace SlurmBanking.Contract.Tests;

/// <summary>The row about lists.</summary>
public sealed class ListTests : ContractTests
{
    [Fact]
    public async Task Jobs_come_in_pages_of_100_with_the_totals_of_all_and_none_that_has_not_started()
    {
        var list = $"jobs/?account={Uri.EscapeDataString(Bank.Account.Name)}";
        var before = (await Bank.Get(list)).Json;
        var ids = Enumerable.Range(0, 101).Select(static _ => BankUnderTest.NewId()).ToList();
        await Parallel.ForEachAsync(
            ids,
            new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = TestContext.Current.CancellationToken },
            async (id, _) =>
            {
                var job = BankUnderTest.Job(Bank.Account, "0.01", id);
                job["cpu_time"] = 2;
                Assert.Equal(HttpStatusCode.Created, (await Bank.Post(job)).Status);
            }
        );
        var notStarted = BankUnderTest.Job(Bank.Account, "0.02");
        notStarted.Remove("startdate");
        await Bank.Post(notStarted);

        var page = (await Bank.Get(list)).Json;
        Assert.Null(page["previous"]);
        Assert.Equal(Number(before, "count") + 101, Number(page, "count"));
        Assert.Equal(Number(before, "total_amount") + 1.01m, Number(page, "total_amount"));
        Assert.Equal(Number(before, "total_cpu_time") + 202, Number(page, "total_cpu_time"));
        var seen = new List<string>();
        for (var number = 1; ; number++)
        {
            var onPage = page["results"]!.AsArray().Select(static job => job!["jobslurmid"]!.GetValue<string>()).ToList();
            seen.AddRange(onPage);
            if (page["next"] is not { } next)
            {
                Assert.InRange(onPage.Count, 1, 100);
                break;
            }

            Assert.Equal(100, onPage.Count);
            page = (await Bank.Get(next.GetValue<string>())).Json;
            Assert.NotNull(page["previous"]);
            Assert.True(number < 10_000, "the pages do not end");
        }

        Assert.Equal((int)(Number(before, "count") + 101), seen.Distinct(StringComparer.Ordinal).Count());
        Assert.Empty(ids.Except(seen, StringComparer.Ordinal));
        Assert.DoesNotContain(notStarted["jobslurmid"]!.GetValue<string>(), seen);
    }

    [Theory]
    [InlineData("jobs/?page=99999999")]
    [InlineData("jobs/?page=0")]
    [InlineData("jobs/?page=-1")]
    [InlineData("jobs/?page=two")]
    [InlineData("users/?page=99999999")]
    [InlineData("partitions/?page=99999999")]
    public async Task A_bad_page_is_not_found(string path) => Assert.Equal(HttpStatusCode.NotFound, (await Bank.Get(path)).Status);

    [Fact]
    public async Task Users_and_partitions_are_pages()
    {
        foreach (var path in new[] { "users/", "partitions/" })
        {
            var page = (await Bank.Get(path)).Json;
            Assert.InRange(page["results"]!.AsArray().Count, 0, 100);
            Assert.True(Number(page, "count") >= page["results"]!.AsArray().Count);
        }
    }

    [Fact]
    public async Task A_job_that_is_not_there_is_not_found() =>
        Assert.Equal(HttpStatusCode.NotFound, (await Bank.Get($"jobs/{BankUnderTest.NewId()}/")).Status);

    private static decimal Number(JsonNode page, string name) => page[name]!.GetValue<decimal>();
}
