using System.Globalization;
using System.Text.RegularExpressions;

namespace SlurmBanking.Architecture.Tests;

/// <summary>Documents for people: links lead somewhere, every page is found from the index, and a test that is named is there.</summary>
public sealed partial class DocumentsTests
{
    private const string Index = "docs/README.md";
    private const string Migration = "docs/migration.md";
    private const string Scenarios = "docs/scenarios.md";

    // A chart of before lies among the tests; nobody reads it.
    public static TheoryData<string> Pages =>
        [
            .. Tree.Files.Where(static file =>
                file.EndsWith(".md", StringComparison.Ordinal) && !file.StartsWith("tests/", StringComparison.Ordinal)
            ),
        ];

    [Theory]
    [MemberData(nameof(Pages))]
    public void Links_lead_to_what_is_there(string page) =>
        Assert.Equal([], Document.Read(page).Links.Where(static link => !LeadsSomewhere(link)).Select(static link => $"{link}"));

    [Fact]
    public void Every_page_is_found_from_the_index()
    {
        var found = new HashSet<string>(StringComparer.Ordinal) { Index };
        var next = new Queue<string>(found);
        while (next.TryDequeue(out var page))
        {
            foreach (
                var (target, _) in Document.Read(page).Links.Where(static link => IsPage(link.Target) && Tree.Files.Contains(link.Target))
            )
            {
                if (found.Add(target))
                {
                    next.Enqueue(target);
                }
            }
        }

        Assert.Equal([], Tree.Files.Where(IsPage).Except(found, StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void A_test_that_is_named_is_there(string page) =>
        Assert.Equal(
            [],
            TestName()
                .Matches(Tree.Read(page))
                .Where(static match => !IsTest(match.Groups["class"].Value, match.Groups["method"].Value))
                .Select(static match => match.Value)
        );

    [Fact]
    public void Each_fault_of_the_predecessor_has_something_that_shows_it_closed()
    {
        var lines = Tree.Read(Migration).Split('\n');
        var rows = lines.Where(static line => Numbered().IsMatch(line)).Select(static line => line.Split('|')).ToList();
        Assert.Equal(Enumerable.Range(1, 37), rows.Select(static row => int.Parse(row[1], CultureInfo.InvariantCulture)));
        Assert.Equal([], rows.Where(static row => !Quoted().IsMatch(row[4])).Select(static row => row[1]));

        // What is no test is a row of the suite's table, as it was printed and as the suite has it.
        var sources = Tree
            .CSharp.Where(static file => file.StartsWith("tests/slurm/Scenarios/", StringComparison.Ordinal))
            .Select(Tree.Read)
            .ToList();
        var printed = Tree.Read(Scenarios).Split('\n');
        Assert.Equal(
            [],
            rows.SelectMany(static row => Quoted().Matches(row[4]))
                .Where(static match => !TestName().IsMatch(match.Value))
                .Select(static match => match.Groups["text"].Value)
                .Where(name =>
                    !sources.Exists(source => source.Contains($"\"{name}\"", StringComparison.Ordinal))
                    || !Array.Exists(printed, line => line.StartsWith($"| {name} | ", StringComparison.Ordinal))
                )
        );
    }

    private static bool IsPage(string file) =>
        file.StartsWith("docs/", StringComparison.Ordinal) && file.EndsWith(".md", StringComparison.Ordinal);

    private static bool LeadsSomewhere(Link link)
    {
        var isFile = Tree.Files.Contains(link.Target);
        return link.Anchor.Length > 0
            ? isFile && Document.Read(link.Target).Anchors.Contains(link.Anchor)
            : isFile || Tree.Files.Any(file => file.StartsWith($"{link.Target}/", StringComparison.Ordinal));
    }

    private static bool IsTest(string type, string method) =>
        Tree
            .CSharp.Where(file => file.EndsWith($"/{type}.cs", StringComparison.Ordinal))
            .Any(file => Tree.Read(file).Contains($" {method}(", StringComparison.Ordinal));

    [GeneratedRegex(@"`(?<class>\w+Tests)\.(?<method>\w+)`", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex TestName();

    [GeneratedRegex(@"^\| [0-9]+ \|", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Numbered();

    [GeneratedRegex("`(?<text>[^`]+)`", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Quoted();
}
