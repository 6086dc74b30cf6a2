using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace SlurmBanking.Architecture.Tests;

/// <summary>
/// Reads the texts out of the sources: classes in folders Messages/, whose members are nothing but texts, and the headers messages.h
/// of the plugins in C. What it does not understand is an error, so that no text is passed over.
/// </summary>
internal static partial class MessageSource
{
    /// <summary>The programs, as a reader knows them, and where their texts are.</summary>
    public static IReadOnlyList<(string Title, string[] Files)> Programs { get; } =
    [
        ("Plugins", [.. In("plugins/")]),
        ("Sidecar", [.. In("sidecar/")]),
        ("bank-config.toml and BankingConfig", [.. In("spec/BankConfig/")]),
        ("sbank", [.. In("cli/")]),
        ("Operator", [.. In("operator/")]),
        ("Bank", [.. In("bank/")]),
    ];

    public static IReadOnlyList<Message> Read(string file) =>
        file.EndsWith(".h", StringComparison.Ordinal) ? ReadHeader(file) : ReadClass(file);

    private static IEnumerable<string> In(string part) =>
        Tree
            .Files.Where(file => file.StartsWith(part, StringComparison.Ordinal))
            .Where(static file =>
                file.Contains("/Messages/", StringComparison.Ordinal) || file.EndsWith("/messages.h", StringComparison.Ordinal)
            )
            .Order(StringComparer.Ordinal);

    private static List<Message> ReadClass(string file)
    {
        var found = new List<Message>();
        var known = new Dictionary<string, string>(StringComparer.Ordinal);
        var (words, group, about, member) = (new StringBuilder(), "", "", new StringBuilder());
        foreach (var line in Tree.Read(file).Split('\n').Select(static line => line.Trim()))
        {
            if (member.Length == 0 && line.StartsWith("///", StringComparison.Ordinal))
            {
                words.Append(line[3..].Trim()).Append(' ');
            }
            else if (member.Length == 0 && Class().Match(line) is { Success: true } type)
            {
                (group, about) = (type.Groups["name"].Value, Of("summary", words));
                words.Clear();
            }
            else if (member.Length > 0 || line.StartsWith("public ", StringComparison.Ordinal) || line.StartsWith('['))
            {
                member.Append(line).Append(' ');
                if (line.EndsWith(';'))
                {
                    found.Add(Parse(file, group, about, member.ToString(), words, known));
                    _ = (member.Clear(), words.Clear());
                }
            }
            else
            {
                Assert.True(
                    line is "" or "{" or "}"
                        || line.StartsWith("using ", StringComparison.Ordinal)
                        || line.StartsWith("namespace ", StringComparison.Ordinal),
                    $"{file}: \"{line}\" is no text: what works with texts stands elsewhere"
                );
            }
        }

        return found;
    }

    private static Message Parse(
        string file,
        string group,
        string about,
        string member,
        StringBuilder words,
        Dictionary<string, string> known
    )
    {
        var (when, remedy) = (Of("summary", words), Of("remarks", words));
        if (Event().Match(member) is { Success: true } log)
        {
            var id = int.Parse(log.Groups["id"].Value, CultureInfo.InvariantCulture);
            return new(file, group, about, log.Groups["name"].Value, id, log.Groups["level"].Value, Join(log, known), when, remedy);
        }

        var text = Text().Match(member);
        Assert.True(text.Success, $"{file}: \"{member}\" is no text that docs/messages.md can show");
        known[text.Groups["name"].Value] = Join(text, known);
        return new(file, group, about, text.Groups["name"].Value, null, "", Join(text, known), when, remedy);
    }

    private static List<Message> ReadHeader(string file)
    {
        var found = new List<Message>();
        var text = Tree.Read(file).Replace("\\\n", " ", StringComparison.Ordinal);
        foreach (Match match in Define().Matches(text))
        {
            var comment = Comment(match.Groups["comment"].Value);
            var words = WhenDo().Match(comment);
            Assert.True(words.Success, $"{file}: {match.Groups["name"].Value} lacks its \"When:\" and \"Do:\"");
            found.Add(
                new(
                    file,
                    file,
                    "",
                    match.Groups["name"].Value,
                    null,
                    "",
                    Join(match, []),
                    Sentence(words.Groups["when"].Value),
                    Sentence(words.Groups["do"].Value)
                )
            );
        }

        Assert.Equal(text.Split("#define SB_SAYS_").Length - 1, found.Count);
        return found;
    }

    private static string Comment(string comment) =>
        string.Join(' ', comment.Split('\n').Select(static line => line.Trim().TrimStart('*').Trim())).Trim();

    // Names keep their small letters.
    private static string Sentence(string words) =>
        words.StartsWith("slurm", StringComparison.Ordinal) || !words.Split(' ')[0].All(char.IsAsciiLetter)
            ? words.Trim()
            : $"{char.ToUpperInvariant(words.Trim()[0])}{words.Trim()[1..]}";

    // Literals, and names of texts above, one behind the other.
    private static string Join(Match match, Dictionary<string, string> known)
    {
        var text = new StringBuilder();
        foreach (var piece in match.Groups["piece"].Captures.Select(static capture => capture.Value))
        {
            text.Append(
                piece[^1] == '"' ? piece.TrimStart('$')[1..^1].Replace("\\\"", "\"", StringComparison.Ordinal)
                : piece == "SB_SLURM_VERSION" ? "{release}"
                : known[piece]
            );
        }

        return text.ToString();
    }

    private static string Of(string element, StringBuilder words) =>
        Regex.Match(words.ToString(), $"<{element}>(?<text>.*?)</{element}>", RegexOptions.None, TimeSpan.FromSeconds(1))
            is { Success: true } match
            ? match.Groups["text"].Value.Trim()
            : "";

    [GeneratedRegex(@"^internal static (partial )?class (?<name>[A-Za-z]+)$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Class();

    [GeneratedRegex(
        """^\[LoggerMessage\( ?(?<id>[0-9]+), LogLevel\.(?<level>[A-Za-z]+),( (\+ )?(?<piece>"([^"\\]|\\.)*"))+,? ?\)\] public static partial void (?<name>[A-Za-z]+)\(""",
        RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex Event();

    [GeneratedRegex(
        """^public (const string (?<name>[A-Za-z]+) =|static string (?<name>[A-Za-z]+)\([^()]*\) =>)( (\+ )?(?<piece>\$?"([^"\\]|\\.)*"|[A-Z][A-Za-z]+))+; $""",
        RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex Text();

    [GeneratedRegex(
        """/\*(?<comment>((?!\*/).)*)\*/\n#define (?<name>SB_SAYS_[A-Z_]+)([ \t]+(?<piece>"([^"\\]|\\.)*"|SB_SLURM_VERSION))+\n""",
        RegexOptions.ExplicitCapture | RegexOptions.Singleline,
        1000
    )]
    private static partial Regex Define();

    [GeneratedRegex(@"^When: (?<when>.+?) Do: (?<do>.+)$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex WhenDo();
}
