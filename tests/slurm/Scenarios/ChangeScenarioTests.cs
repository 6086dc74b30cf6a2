using System.Globalization;
using System.Text.RegularExpressions;

namespace SlurmBanking.Slurm.Tests.Scenarios;

/// <summary>
/// What two accounts of 1000 SU can still spend while one waiting job is changed, where slurmdbd has associations and QOS.
/// </summary>
[Collection(ScenarioCollection.Name)]
public sealed partial class ChangeScenarioTests(ScenarioCluster scenario, ScenarioTable table)
{
    private const string Section = "change of a job that waits, what 1000 SU then leave";

    [Fact]
    public async Task A_change_is_held_where_and_for_what_the_job_then_costs()
    {
        (table.Release, table.Directory) = (scenario.Release, Path.Combine(BankedCluster.Root, "artifacts/scenarios"));
        var (from, to) = scenario.Movers;

        // 2 CPUs × 10 h × 1 SU
        var job = await scenario.Cluster.SubmittedAsync($"-A {from} -p normal -n2 --time=10:00:00 --begin=now+1hour");
        await CheckAsync("2 CPUs, 10 hours", from, 980m);
        (string Name, string Update, string Account, decimal Expected)[] changes =
        [
            ("QOS=high, twice as dear", "QOS=high", from, 960m),
            ("QOS=low, half as dear", "QOS=low", from, 990m),
            ("TimeLimit=20:00:00", "TimeLimit=20:00:00", from, 980m),
            ("NumCPUs=4", "NumCPUs=4", from, 960m),
            ("Partition=long, twice as dear", "Partition=long", from, 920m),
            ("Account: of the one that it comes from", $"Account={to}", from, 1000m),
            ("Account: of the one that it goes to", "Comment=moved", to, 920m),
        ];
        foreach (var (name, update, account, expected) in changes)
        {
            Assert.Equal("", (await UpdateAsync(job, update)).Error);
            await CheckAsync(name, account, expected);
        }

        // 4 CPUs × 300 h × 2 SU × 0.5
        var refused = await UpdateAsync(job, "TimeLimit=12-12:00:00");
        Assert.NotEqual("", refused.Error);
        const string Why =
            "can't afford this change: the job may then cost up to 1200.00 SU (4 CPUs x 12-12:00:00 x 2 SU/CPU-h x 0.5 for the QOS)";
        var told = scenario.Release.StartsWith("22.", StringComparison.Ordinal)
            ? await File.ReadAllTextAsync(Path.Combine(scenario.Cluster.Directory, "log/slurmctld.log"))
            : refused.Output + refused.Error;
        Assert.Contains(Why, told, StringComparison.Ordinal);
        await CheckAsync("what is refused changes nothing", to, 920m);
        await scenario.Cluster.SlurmAsync("games", "scancel", job);
        await CheckAsync("cancelled after all that", to, 1000m);
    }

    private Task<CommandResult> UpdateAsync(string job, string update) =>
        scenario.Cluster.SlurmAsync("games", "scontrol", "update", $"JobId={job}", update);

    private async Task CheckAsync(string name, string account, decimal expected)
    {
        var available = await AvailableAsync(account);
        for (var tries = 0; tries < 60 && available != expected; tries++)
        {
            await Task.Delay(TimeSpan.FromSeconds(0.5));
            available = await AvailableAsync(account);
        }

        table.Check(Section, name, expected, available);
    }

    // 16 CPUs × 240 h × 2 SU are refused, with what there is.
    private async Task<decimal> AvailableAsync(string account)
    {
        var refused = await scenario.Cluster.SubmitAsync($"-A {account} -p long -n16 --time=10-00:00:00 --begin=now+1hour");
        Assert.Null(refused.JobId);
        return decimal.Parse(Available().Match(refused.Error).Groups["amount"].Value, CultureInfo.InvariantCulture);
    }

    [GeneratedRegex(@"; (?<amount>-?[\d.]+) available", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Available();
}
