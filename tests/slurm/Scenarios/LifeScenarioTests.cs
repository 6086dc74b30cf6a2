namespace SlurmBanking.Slurm.Tests.Scenarios;

/// <summary>What the bank holds after each way in which jobs start, change and end.</summary>
[Collection(ScenarioCollection.Name)]
public sealed class LifeScenarioTests(ScenarioCluster cluster, LifeScenarios scenarios, ScenarioTable table) : IClassFixture<LifeScenarios>
{
    private const string Part = "life, billed";

    public static TheoryData<string> Names => [.. LifeScenarios.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_job_costs_what_it_used(string name)
    {
        (table.Release, table.Directory) = (cluster.Release, Path.Combine(BankedCluster.Root, "artifacts/scenarios"));
        var outcome = await table.TryAsync(Part, name, scenarios.OutcomeAsync(name));
        var late = outcome.Actual - outcome.Expected;
        table.Check(Part, name, late > 0 && late <= outcome.Late ? outcome.Actual : outcome.Expected, outcome.Actual);
    }

    [Fact]
    public async Task Nothing_else_is_booked_and_the_books_balance()
    {
        // What is a little late is checked by its own row.
        var expected = 0m;
        foreach (var name in LifeScenarios.Names)
        {
            var outcome = await scenarios.OutcomeAsync(name);
            expected += outcome.Late > 0 ? outcome.Actual : outcome.Expected;
        }

        table.Check(Part, "all of it together", expected, (await cluster.BookedAsync()).Values.Sum(static run => run.Cost));
        Assert.Equal(0, await cluster.Cluster.GaugeAsync("slurm_banking_outbox_parked"));
        Assert.Contains("the books balance", await cluster.Cluster.BankAsync("verify"), StringComparison.Ordinal);
    }
}
