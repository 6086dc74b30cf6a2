using System.Globalization;
using System.Text.RegularExpressions;

namespace SlurmBanking.Slurm.Tests.Scenarios;

/// <summary>What an account of 1000 SU can still spend after jobs that never ran: each scenario has one of its own.</summary>
[Collection(ScenarioCollection.Name)]
public sealed partial class HoldScenarioTests(ScenarioCluster scenario, ScenarioTable table)
{
    // 2 CPUs × 30 h × 2 SU
    private const string Job = "-n2 --time=30:00:00 -p long --begin=now+1hour";

    // slurmdbd knows nothing of them, so that Slurm takes any account for theirs.
    private const string Stranger = "news";

    [Fact]
    public async Task What_is_not_used_is_given_back()
    {
        (table.Release, table.Directory) = (scenario.Release, Path.Combine(BankedCluster.Root, "artifacts/scenarios"));
        (string Name, decimal Available, Func<string, Task> Happen)[] scenarios =
        [
            ("a job that waits, 120 SU", 880m, account => SubmittedAsync($"-A {account} {Job}")),
            ("cancelled while it waits", 1000m, CancelAsync),
            ("array of 5, two tasks cancelled while they wait: 3 × 120 SU", 640m, CancelTasksAsync),
            ("a whole array cancelled while it waits", 1000m, CancelArrayAsync),
            ("refused by Slurm after our plugin: no such node", 1000m, account => RefusedAsync($"-A {account} -n1 -w nosuch")),
            (
                "refused by Slurm after our plugin: more GPUs than any node has",
                1000m,
                account => RefusedAsync($"-A {account} -n1 --gres=gpu:99")
            ),
            ("--test-only", 1000m, account => TestedAsync($"-A {account} {Job} --test-only")),
            ("a het job of two components, one of them refused", 1000m, RefusedHetAsync),
        ];
        var accounts = new List<string>();
        foreach (var (_, _, happen) in scenarios)
        {
            var account = await scenario.Cluster.OpenAccountAsync(1000);
            await scenario.Cluster.BankAsync("account", "member", account, "9");
            accounts.Add(account);
            await happen(account);
        }

        for (var i = 0; i < scenarios.Length; i++)
        {
            var (name, expected, _) = scenarios[i];
            var available = await AvailableAsync(accounts[i]);
            for (var tries = 0; tries < 60 && available != expected; tries++)
            {
                await Task.Delay(TimeSpan.FromSeconds(0.5));
                available = await AvailableAsync(accounts[i]);
            }

            table.Check("hold, what 1000 SU then leave", name, expected, available);
        }
    }

    private async Task<string> SubmittedAsync(string options)
    {
        var submission = await scenario.Cluster.SubmitAsync(options, user: Stranger);
        Assert.True(submission.JobId is not null, submission.Error);
        return submission.JobId!;
    }

    private async Task CancelAsync(string account)
    {
        var job = await SubmittedAsync($"-A {account} {Job}");
        await scenario.Cluster.SlurmAsync(Stranger, "scancel", job);
    }

    private async Task CancelTasksAsync(string account)
    {
        var job = await SubmittedAsync($"-A {account} {Job} --array=1-5");
        await scenario.Cluster.SlurmAsync(Stranger, "scancel", $"{job}_[2-3]");
    }

    private async Task CancelArrayAsync(string account)
    {
        var job = await SubmittedAsync($"-A {account} {Job} --array=1-5");
        await scenario.Cluster.SlurmAsync(Stranger, "scancel", job);
    }

    private async Task RefusedAsync(string options)
    {
        var submission = await scenario.Cluster.SubmitAsync(options, user: Stranger);
        Assert.Null(submission.JobId);
        Assert.DoesNotContain("slurm-banking", submission.Error, StringComparison.Ordinal);
    }

    private async Task TestedAsync(string options) =>
        Assert.Contains("to start", (await scenario.Cluster.SubmitAsync(options, user: Stranger)).Error, StringComparison.Ordinal);

    private async Task RefusedHetAsync(string account)
    {
        var submitted = await scenario.Cluster.SlurmAsync(
            Stranger,
            ["sbatch", "--wrap=true", .. $"-A {account} {Job} : -A {account} {Job} -w nosuch".Split(' ')]
        );
        Assert.NotEqual(0, submitted.ExitCode);
    }

    /// <summary>Asks for more than there can be, and reads what is; null when the bank could not be asked in time.</summary>
    private async Task<decimal?> AvailableAsync(string account)
    {
        var submission = await scenario.Cluster.SubmitAsync(
            $"-A {account} -p long -n16 --time=10-00:00:00 --begin=now+1hour",
            user: Stranger
        );
        if (submission.JobId is { } job)
        {
            await scenario.Cluster.SlurmAsync(Stranger, "scancel", job);
            return null;
        }

        return decimal.Parse(Available().Match(submission.Error).Groups["amount"].Value, CultureInfo.InvariantCulture);
    }

    [GeneratedRegex(@"; (?<amount>[\d.]+) available", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Available();
}
