using System.Text.RegularExpressions;

namespace SlurmBanking.Architecture.Tests;

/// <summary>What of a Markdown page can be linked from and to, as the sites that show it have it. Code is not looked at.</summary>
/// <param name="Links">To files of this repository.</param>
/// <param name="Anchors">Of its headings, without "#".</param>
internal sealed partial record Document(IReadOnlyList<Link> Links, IReadOnlySet<string> Anchors)
{
    public static Document Read(string page)
    {
        var folder = Path.GetDirectoryName(page)!;
        var prose = Fenced().Replace(Tree.Read(page), "");
        var links = Target()
            .Matches(Code().Replace(prose, ""))
            .Select(static match => match.Groups["target"].Value)
            .Where(static target => !target.Contains(':', StringComparison.Ordinal))
            .Select(target => Resolve(page, folder, target.Split('#')));
        var anchors = new HashSet<string>(StringComparer.Ordinal);
        foreach (var heading in Heading().Matches(prose).Select(static match => match.Groups["text"].Value))
        {
            var anchor = AnchorOf(heading);
            for (var again = 1; !anchors.Add(anchor); again++)
            {
                anchor = $"{AnchorOf(heading)}-{again}";
            }
        }

        return new Document([.. links], anchors);
    }

    private static Link Resolve(string page, string folder, string[] parts)
    {
        var anchor = parts.Length > 1 ? parts[1] : "";
        if (parts[0].Length == 0)
        {
            return new Link(page, anchor);
        }

        var path = Path.GetFullPath(Path.Combine(Tree.Root, folder, parts[0]));
        return new Link(Path.GetRelativePath(Tree.Root, path).TrimEnd('/'), anchor);
    }

    private static string AnchorOf(string heading)
    {
        var text = Target().Replace(heading, "]").Trim().ToLowerInvariant();
        return string.Concat(text.Where(static c => char.IsLetterOrDigit(c) || c is ' ' or '-' or '_')).Replace(' ', '-');
    }

    [GeneratedRegex(@"^ *```.*?^ *```", RegexOptions.Singleline | RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Fenced();

    [GeneratedRegex("`[^`\n]+`", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Code();

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)\)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Target();

    [GeneratedRegex("^#+ (?<text>.+)$", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Heading();
}
