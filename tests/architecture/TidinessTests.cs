using System.Text.RegularExpressions;

namespace SlurmBanking.Architecture.Tests;

/// <summary>The tree reads as the architecture: names of the domain, small files, nothing of one machine.</summary>
public sealed partial class TidinessTests
{
    private const int MaxLines = 500;
    private const int MaxColumns = 140;

    [Fact]
    public void Nothing_is_named_for_not_knowing_its_name()
    {
        var names = Tree.Files.SelectMany(static file => file.Split('/', '.')).Distinct(StringComparer.Ordinal);
        var spaces = Tree
            .CSharp.SelectMany(static file => Namespace().Matches(Tree.Read(file)))
            .SelectMany(static match => match.Value.Split('.', ' '));
        Assert.Equal([], names.Concat(spaces).Distinct(StringComparer.Ordinal).Where(static name => Nameless().IsMatch(name)));
    }

    [Fact]
    public void A_file_holds_one_public_type_of_its_own_name()
    {
        var crowded =
            from file in Tree.CSharp
            where !file.StartsWith("tests/", StringComparison.Ordinal)
            let types = TopLevelType().Matches(Tree.Read(file)).Select(static match => match.Groups["name"].Value).Distinct().ToList()

            // Parts of a type are in files named Type.Part.cs.
            where types.Count > 1 || (types.Count == 1 && Path.GetFileName(file).Split('.')[0] != types[0])
            select $"{file}: {string.Join(", ", types)}";
        Assert.Equal([], crowded);
    }

    [Fact]
    public void Files_are_short_enough_to_be_read() =>
        Assert.Equal(
            [],
            Tree.CSharp.Select(static file => (File: file, Lines: Tree.Read(file).Split('\n').Length - 1))
                .Where(static file => file.Lines > MaxLines)
                .Select(static file => $"{file.File}: {file.Lines} lines")
        );

    [Fact]
    public void Lines_fit_the_screen()
    {
        var wide =
            from file in Tree.CSharp
            from line in Tree.Read(file).Split('\n').Select(static (text, index) => (Text: text, Number: index + 1))
            where line.Text.Length > MaxColumns

            // A line that is one literal can't be broken; nothing else is excused.
            where !Literal().IsMatch(line.Text)
            select $"{file}:{line.Number}: {line.Text.Length} columns";
        Assert.Equal([], wide);
    }

    [Fact]
    public void Each_mutation_can_still_be_made()
    {
        var patches = Tree.Files.Where(static file => file.EndsWith(".patch", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(patches);
        Assert.Equal("", string.Concat(patches.Select(static patch => Tree.Git("apply", "--check", "--whitespace=nowarn", patch))));
    }

    [Fact]
    public void Nothing_speaks_of_the_machine_that_it_was_written_on()
    {
        var spoken =
            from file in Tree.Files
            where !file.StartsWith("tests/architecture/", StringComparison.Ordinal) && IsText(file)
            from match in MachinePath().Matches(Tree.Read(file))
            select $"{file}: {match.Value}";
        Assert.Equal([], spoken);
    }

    private static bool IsText(string file) => !Tree.Read(file).Contains('\0', StringComparison.Ordinal);

    [GeneratedRegex(
        "^(utils?|utilit(y|ies)|helpers?|common|managers?|shared|misc)$|(Utils?|Helpers?|Managers?)$",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex Nameless();

    [GeneratedRegex("^namespace [A-Za-z0-9_.]+", RegexOptions.Multiline, 1000)]
    private static partial Regex Namespace();

    [GeneratedRegex(
        """^(public|internal) (static |sealed |abstract |readonly |partial |unsafe |ref )*(class|record struct|record|struct|interface|enum|delegate \S+) (?<name>\w+)""",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex TopLevelType();

    [GeneratedRegex("^\\s*(\\+ )?([@$]?\"|\\$?\"\"\").*", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Literal();

    [GeneratedRegex("(/home/[a-z]|/Users/[A-Za-z]|/root/\\.)[\\w.-]*", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex MachinePath();
}
