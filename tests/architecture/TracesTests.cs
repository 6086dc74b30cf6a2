using System.Text.RegularExpressions;

namespace SlurmBanking.Architecture.Tests;

/// <summary>docs/metrics.md lists the spans and attributes that the code makes, and no others.</summary>
public sealed partial class TracesTests
{
    [Fact]
    public void Every_attribute_of_the_code_is_documented_and_no_other() =>
        Assert.Equal(InCode(Attribute(), static match => match.Groups["name"].Value), Documented("attribute"));

    [Fact]
    public void Every_span_of_the_code_is_documented_and_no_other() =>
        Assert.Equal(
            InCode(SpanLine(), static match => match.Value)
                .SelectMany(static line => Word().Matches(line))
                .Select(static word => word.Groups["name"].Value)
                .Order(StringComparer.Ordinal),
            Documented("span")
        );

    private static IEnumerable<string> InCode(Regex regex, Func<Match, string> select) =>
        Tree
            .CSharp.Where(static file => !file.StartsWith("tests/", StringComparison.Ordinal))
            .SelectMany(file => regex.Matches(Tree.Read(file)))
            .Select(select)
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal);

    // The first column of the table that begins so.
    private static IEnumerable<string> Documented(string heading) =>
        Tree.Read("docs/metrics.md")
            .Split('\n')
            .SkipWhile(line => !line.StartsWith($"| {heading} |", StringComparison.Ordinal))
            .TakeWhile(static line => line.StartsWith('|'))
            .Skip(2)
            .SelectMany(static line => Quoted().Matches(line.Split('|')[1]))
            .Select(static match => match.Groups["name"].Value)
            .Order(StringComparer.Ordinal);

    [GeneratedRegex("SetTag\\(\"(?<name>[a-z0-9_.]+)\"", RegexOptions.ExplicitCapture, 10_000)]
    private static partial Regex Attribute();

    [GeneratedRegex("(?<!string\\.)\\b(Begin|Join|StartActivity)\\(.*\"[a-z]+\".*", RegexOptions.ExplicitCapture, 10_000)]
    private static partial Regex SpanLine();

    [GeneratedRegex("\"(?<name>[a-z]+)\"", RegexOptions.ExplicitCapture, 10_000)]
    private static partial Regex Word();

    [GeneratedRegex("`(?<name>[^`]+)`", RegexOptions.ExplicitCapture, 10_000)]
    private static partial Regex Quoted();
}
