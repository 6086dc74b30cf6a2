using System.Text.RegularExpressions;

namespace SlurmBanking.Architecture.Tests;

/// <summary>docs/metrics.md lists the metrics that the code has, and no others; rules and dashboards name none that is not there.</summary>
public sealed partial class MetricsTests
{
    private static readonly string[] Suffixes = ["_total", "_seconds", "_bucket", "_count", "_sum"];

    [Fact]
    public void Every_metric_of_the_code_is_documented_and_no_other()
    {
        var inCode = Tree
            .CSharp.Where(static file => !file.StartsWith("tests/", StringComparison.Ordinal))
            .SelectMany(static file => InCode().Matches(Tree.Read(file)))
            .Select(static match => match.Groups["name"].Value.Replace('.', '_'))
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal);
        Assert.Equal(inCode, Documented().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Rules_and_dashboards_name_no_metric_that_is_not_documented()
    {
        var files = Tree.Files.Where(static file => file.StartsWith("charts/slurm-banking/files/", StringComparison.Ordinal)).ToList();
        Assert.Contains(files, static file => file.EndsWith("alerts.yaml", StringComparison.Ordinal));
        var documented = Documented().ToHashSet(StringComparer.Ordinal);
        var named = files.SelectMany(file => Series().Matches(Tree.Read(file)).Select(match => (file, Name: Stem(match.Value))));
        Assert.Equal([], named.Where(one => !documented.Contains(one.Name)).Distinct());
    }

    private static IEnumerable<string> Documented() =>
        Tree.Read("docs/metrics.md")
            .Split('\n')
            .Where(static line => line.StartsWith("| `", StringComparison.Ordinal))
            .SelectMany(static line => Series().Matches(line.Split('|')[1]))
            .Select(static match => Stem(match.Value))
            .Distinct(StringComparer.Ordinal);

    // Prometheus puts unit and kind behind the name.
    private static string Stem(string name)
    {
        while (Suffixes.FirstOrDefault(suffix => name.EndsWith(suffix, StringComparison.Ordinal)) is { } suffix)
        {
            name = name[..^suffix.Length];
        }

        return name;
    }

    [GeneratedRegex("(?<!SetTag\\()\"(?<name>slurm_banking\\.[a-z_.]+)\"", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex InCode();

    // Recorded series have a colon in their names.
    [GeneratedRegex("\\bslurm_banking_[a-z_]+\\b", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Series();
}
