using System.Text.RegularExpressions;

namespace SlurmBanking.Telemetry.Tests;

/// <summary>The alerts fire when they should and not otherwise, and somebody has written what to do about each.</summary>
public sealed partial class AlertTests
{
    private const string Rules = "charts/slurm-banking/files/alerts.yaml";
    private const string Cases = "tests/telemetry/alerts.yaml";

    public static TheoryData<string> Alerts => [.. Alert().Matches(Tree.Read(Rules)).Select(static match => match.Groups["name"].Value)];

    [Fact]
    public async Task Prometheus_takes_the_rules()
    {
        var (exitCode, output) = await Promtool.RunAsync("check", "rules", Tree.PathOf(Rules));
        Assert.True(exitCode == 0, output);
    }

    [Fact]
    public async Task Each_alert_fires_in_one_case_and_not_in_another()
    {
        var (exitCode, output) = await Promtool.RunAsync("test", "rules", Tree.PathOf(Cases));
        Assert.True(exitCode == 0, output);
    }

    [Theory]
    [MemberData(nameof(Alerts))]
    public void Every_alert_has_both_cases_and_a_runbook(string alert)
    {
        var cases = Tree.Read(Cases).Split("\n  - name: ");
        var fires = Assert.Single(cases, one => one.StartsWith($"{alert} fires\n", StringComparison.Ordinal));
        Assert.Contains("exp_labels", fires, StringComparison.Ordinal);
        var silent = Assert.Single(cases, one => one.StartsWith($"{alert} does not fire\n", StringComparison.Ordinal));
        Assert.Contains($"alertname: {alert}\n", silent, StringComparison.Ordinal);
        Assert.DoesNotContain("exp_alerts", silent, StringComparison.Ordinal);
        Assert.Contains($"\n## {alert}\n", Tree.Read("docs/runbooks.md"), StringComparison.Ordinal);
        Assert.Contains($"runbook: docs/runbooks.md#{alert.ToLowerInvariant()}\n", Tree.Read(Rules), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_service_level_is_stated_and_computed_in_a_case()
    {
        var recorded = Recorded().Matches(Tree.Read(Rules)).Select(static match => match.Groups["name"].Value).Order().ToList();
        var levels = Tree.Read("docs/metrics.md").Split("\n# Service levels\n")[1].Split("\n# ")[0];
        Assert.Equal(recorded, Level().Matches(levels).Select(static match => match.Groups["name"].Value).Order());
        var cases = Tree.Read(Cases);
        Assert.All(recorded, name => Assert.Contains($"{{expr: '{name}', eval_time:", cases, StringComparison.Ordinal));
    }

    [GeneratedRegex(@"- record: (?<name>\S+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Recorded();

    [GeneratedRegex(@"`(?<name>slurm_banking:[a-z0-9_:]+)`", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Level();

    [GeneratedRegex(@"- alert: (?<name>\w+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Alert();
}
