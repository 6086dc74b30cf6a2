using System.Collections.Concurrent;
using System.Net;
using System.Text;
using SlurmBanking.Bank.Tests.Storage;

namespace SlurmBanking.Bank.Tests.Contract;

/// <summary>Several banks on one PostgreSQL database, and a server that goes away.</summary>
public sealed class ReplicaTests
{
    private const int Clients = 16;
    private const int JobsOfEach = 25;

    [Fact]
    public async Task Of_several_that_begin_the_books_at_once_one_does_and_all_go_on()
    {
        using var database = new PostgresTestDatabase();
        var runs = await Task.WhenAll(
            Enumerable.Range(0, 4).Select(i => BankProcess.Run("account", "create", $"fc_{i}", "--database", database.Address))
        );
        Assert.All(runs, static run => Assert.Equal((0, ""), (run.ExitCode, run.Error)));
    }

    /// <summary>
    /// Each client creates jobs, settles them to another amount and sends everything twice, to this bank and that; the last half of
    /// the jobs are created by two clients at once. What is used in the end is the sum of what was settled.
    /// </summary>
    [Fact(Timeout = 120_000)]
    public async Task Two_banks_on_one_database_lose_no_update_and_fail_no_request()
    {
        var ending = TestContext.Current.CancellationToken;
        using var database = new PostgresTestDatabase();
        // Both begin the books at the same time.
        var banks = await Task.WhenAll(BankProcess.Serve(database.Address), BankProcess.Serve(database.Address));
        using var first = banks[0];
        using var second = banks[1];
        var books = new SampleBooks(database);
        string[] accounts = ["fc_1", "fc_2", "fc_3"];
        await books.Open(accounts, deposit: 1_000);
        using HttpClient one = books.Client(first),
            other = books.Client(second);

        var settled = new ConcurrentDictionary<string, int>();
        var statuses = new ConcurrentBag<HttpStatusCode>();
        await Task.WhenAll(
            Enumerable
                .Range(0, Clients)
                .Select(async client =>
                {
                    for (var i = 0; i < JobsOfEach; i++)
                    {
                        // Of the later jobs two clients have the same.
                        var id = i < JobsOfEach / 2 ? $"{client}:{i}" : $"{client / 2}+{i}";
                        var account = accounts[(client / 2 + i) % accounts.Length];
                        var amount = 1 + i;
                        var job = Bank.Job(id, account, "7.00");
                        job["partition"] = i % 3 == 0 ? "gpu" : "normal";
                        statuses.Add(await SampleBooks.Send(client % 2 == 0 ? one : other, HttpMethod.Post, "jobs/", job, ending));
                        job["amount"] = $"{amount}.00";
                        job["partition"] = i % 2 == 0 ? "gpu" : "normal";
                        statuses.Add(await SampleBooks.Send(one, HttpMethod.Put, $"jobs/{id}/", job, ending));
                        statuses.Add(await SampleBooks.Send(other, HttpMethod.Put, $"jobs/{id}/", job, ending));
                        settled[id] = amount;
                    }
                })
        );

        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.Created, HttpStatusCode.BadRequest], statuses.Distinct().Order());
        Assert.Equal(settled.Count, statuses.Count(static status => status == HttpStatusCode.Created));
        Assert.Equal(settled.Values.Sum() * 100L, await books.Usage(accounts));
        await books.Verify();
    }

    /// <summary>
    /// Two clusters, each at both banks, decide from memory on what they were granted, charge it and renew, as fast as they can. A deposit
    /// comes in between. Together they never charge more than there is, and in the end they have charged nearly all of it.
    /// </summary>
    [Fact(Timeout = 120_000)]
    public async Task Two_clusters_at_two_banks_never_overdraw_what_they_share()
    {
        var ending = TestContext.Current.CancellationToken;
        using var database = new PostgresTestDatabase();
        var books = new SampleBooks(database);
        await books.Open(["fc_1"], deposit: 300);
        using var first = await BankProcess.Serve(database.Address);
        using var second = await BankProcess.Serve(database.Address);
        using HttpClient one = books.Client(first),
            other = books.Client(second);
        var clusters = new[] { "a", "b" }.Select((name, i) => new LeasingCluster(name, "fc_1", i, [one, other])).ToList();
        var working = clusters.Select(cluster => cluster.Work(jobs: 150, ending)).ToList();
        while (!Task.WhenAll(working).IsCompleted)
        {
            Assert.InRange(await books.Usage(["fc_1"]), 0, 30_000);
            await Task.Delay(20, ending);
        }

        await Task.WhenAll(working);
        Assert.Equal(clusters.Sum(static cluster => cluster.Charged), await books.Usage(["fc_1"]));
        // What is left is less than one job of each, and rounding.
        Assert.InRange(await books.Usage(["fc_1"]), 30_000 - 2 * LeasingCluster.Largest, 30_000);
        await books.Verify();
    }

    [Fact(Timeout = 120_000)]
    public async Task A_job_that_several_projects_create_at_once_is_one_projects()
    {
        var ending = TestContext.Current.CancellationToken;
        using var database = new PostgresTestDatabase();
        var books = new SampleBooks(database);
        string[] accounts = ["fc_1", "fc_2", "fc_3"];
        await books.Open(accounts, deposit: 1_000);
        using var first = await BankProcess.Serve(database.Address);
        using var second = await BankProcess.Serve(database.Address);
        using HttpClient one = books.Client(first),
            other = books.Client(second);
        for (var round = 0; round < 10; round++)
        {
            // One that costs nothing moves nothing in the ledger, which so can't be what refuses the second.
            var amount = round % 2 == 0 ? "1.00" : "0.00";
            var statuses = await Task.WhenAll(
                Enumerable
                    .Range(0, 24)
                    .Select(i =>
                        SampleBooks.Send(
                            i % 2 == 0 ? one : other,
                            i % 4 < 3 ? HttpMethod.Post : HttpMethod.Put,
                            i % 4 < 3 ? "jobs/" : $"jobs/r{round}/",
                            Bank.Job($"r{round}", accounts[i % 3], amount),
                            ending
                        )
                    )
            );
            Assert.DoesNotContain(statuses, static status => status >= HttpStatusCode.InternalServerError);
            Assert.InRange(statuses.Count(static status => status == HttpStatusCode.Created), 0, 1);
            Assert.Equal((round / 2 + 1) * 100L, await books.Usage(accounts));
        }

        await books.Verify();
    }

    [Fact(Timeout = 120_000)]
    public async Task A_project_that_somebody_holds_keeps_only_its_own_waiting_and_not_for_ever()
    {
        var ending = TestContext.Current.CancellationToken;
        using var database = new PostgresTestDatabase();
        var books = new SampleBooks(database);
        await books.Open(["fc_held", "fc_free"], deposit: 1_000);
        using var bank = await BankProcess.Serve(database.Address);
        using var client = books.Client(bank);
        Task<HttpStatusCode> Post(string id, string account) =>
            SampleBooks.Send(client, HttpMethod.Post, "jobs/", Bank.Job(id, account, "1.00"), ending);

        using (database.Hold("SELECT 1 FROM accounts WHERE name = 'fc_held' FOR UPDATE"))
        {
            var held = Enumerable.Range(0, 4).Select(i => Post($"held:{i}", "fc_held")).ToArray();
            for (var i = 0; i < 20; i++)
            {
                Assert.Equal(HttpStatusCode.Created, await Post($"free:{i}", "fc_free"));
            }

            Assert.DoesNotContain(held, static answer => answer.IsCompleted);
            Assert.Equal([HttpStatusCode.ServiceUnavailable], (await Task.WhenAll(held)).Distinct());
        }

        Assert.Equal(HttpStatusCode.Created, await Post("held:0", "fc_held"));
    }

    [Fact(Timeout = 120_000)]
    public async Task When_the_server_is_killed_and_back_what_was_acknowledged_is_there_and_the_bank_goes_on()
    {
        var ending = TestContext.Current.CancellationToken;
        using var server = new PostgresServer();
        using var database = new PostgresTestDatabase(server);
        var books = new SampleBooks(database);
        await books.Open(["fc_abc"], deposit: 1_000);
        using var bank = await BankProcess.Serve(database.Address);
        using var client = books.Client(bank);
        var acknowledged = new ConcurrentBag<string>();
        var refused = new ConcurrentBag<HttpStatusCode>();
        using var stop = new CancellationTokenSource();
        var writers = Enumerable
            .Range(0, 8)
            .Select(async writer =>
            {
                for (var i = 0; !stop.IsCancellationRequested; i++)
                {
                    var status = await SampleBooks.Send(
                        client,
                        HttpMethod.Post,
                        "jobs/",
                        Bank.Job($"{writer}:{i}", "fc_abc", "0.01"),
                        ending
                    );
                    if (status == HttpStatusCode.Created)
                    {
                        acknowledged.Add($"{writer}:{i}");
                    }
                    else
                    {
                        refused.Add(status);
                        await Task.Delay(20, ending);
                    }
                }
            })
            .ToArray();
        for (var round = 1; round <= 3; round++)
        {
            await Until(() => acknowledged.Count >= round * 40);
            server.StopAtOnce();
            var before = refused.Count;
            await Until(() => refused.Count >= before + 10);
            server.Start();
        }

        var enough = acknowledged.Count + 40;
        await Until(() => acknowledged.Count >= enough);
        await stop.CancelAsync();
        await Task.WhenAll(writers);

        Assert.Equal([HttpStatusCode.ServiceUnavailable], refused.Distinct());
        Assert.DoesNotContain(server.Password, bank.Output, StringComparison.Ordinal);
        await SampleBooks.AllThere(client, acknowledged);
        await books.Verify();
    }

    private static async Task Until(Func<bool> isSo)
    {
        while (!isSo())
        {
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }
    }
}
