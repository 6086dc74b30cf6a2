using System.Text.RegularExpressions;

namespace SlurmBanking.Architecture.Tests;

/// <summary>What is installed says the same as the code, and the services are as shut in as one another.</summary>
public sealed partial class PackagingTests
{
    private const string Units = "eng/packaging/systemd/";

    // What makes a unit that one: who it is, where it writes, when it starts, and why it may what the others may not.
    private static readonly string[] Own =
    [
        "Description",
        "Documentation",
        "After",
        "Before",
        "User",
        "EnvironmentFile",
        "ExecStart",
        "StateDirectory",
        "RuntimeDirectory",
        "RuntimeDirectoryMode",
        "RuntimeDirectoryPreserve",
        "ReadWritePaths",
        "SystemCallFilter=setpriority",
    ];

    [Fact]
    public void Manual_and_documents_have_the_sidecars_options_and_no_others()
    {
        var code = Names(CodeOption(), Tree.Read("sidecar/Program.cs"));
        Assert.Contains("--role", code);
        Assert.Equal(code, Names(Option(), Headings(Tree.Read("eng/packaging/man/slurm-banking-sidecar.8"))));
        Assert.Equal(code, Names(Option(), FirstColumn(Tree.Read("docs/install.md"))));
    }

    [Fact]
    public void Every_service_is_shut_in_as_the_others_are()
    {
        var units = Tree
            .Files.Where(static file => file.StartsWith(Units, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .ToList();
        Assert.Equal(3, units.Count);
        var first = Directives(units[0]);
        Assert.Contains("ProtectSystem=strict", first);
        Assert.All(units, unit => Assert.Equal(first, Directives(unit)));
    }

    private static List<string> Directives(string unit) =>
        Tree.Read(unit)
            .Split('\n')
            .Where(static line => line.Contains('=', StringComparison.Ordinal) && line[0] != '#')
            .Where(static line => !Own.Contains(line.Split('=')[0], StringComparer.Ordinal) && !Own.Contains(line, StringComparer.Ordinal))
            .ToList();

    private static List<string> Names(Regex regex, string text) =>
        [
            .. regex
                .Matches(text)
                .Select(static match => match.Groups["name"].Value)
                .Distinct(StringComparer.Ordinal)
                .Order(StringComparer.Ordinal),
        ];

    private static string Headings(string manual) =>
        string.Join(
                '\n',
                manual
                    .Split(".SH OPTIONS")[1]
                    .Split(".SH ")[0]
                    .Split('\n')
                    .Where(static line => line.StartsWith(".B", StringComparison.Ordinal))
            )
            .Replace("\\-", "-", StringComparison.Ordinal);

    private static string FirstColumn(string document) =>
        string.Join(
            '\n',
            document
                .Split("## Options of the sidecar")[1]
                .Split('\n')
                .Where(static line => line.StartsWith("| `--", StringComparison.Ordinal))
                .Select(static line => line[..line.IndexOf("` |", StringComparison.Ordinal)])
        );

    [GeneratedRegex("new Option<[^>]+>\\(\"(?<name>--[a-z-]+)\"", RegexOptions.ExplicitCapture, 10_000)]
    private static partial Regex CodeOption();

    [GeneratedRegex("(?<name>--[a-z-]+)", RegexOptions.ExplicitCapture, 10_000)]
    private static partial Regex Option();
}
