using System.Text.RegularExpressions;

namespace SlurmBanking.Architecture.Tests;

/// <summary>A text of a program that a user or an administrator can meet.</summary>
/// <param name="File">Where it is written.</param>
/// <param name="Group">The class, or the header, that holds it; what that is for stands in <paramref name="GroupSummary"/>.</param>
/// <param name="GroupSummary">Of the class or header.</param>
/// <param name="Name">The member's.</param>
/// <param name="Event">The log event's number; null for what is no line of a log.</param>
/// <param name="Level">The log event's, "" for what is none.</param>
/// <param name="Text">With placeholders in braces, or printf's.</param>
/// <param name="When">When it is said; "" for log events, which say it themselves.</param>
/// <param name="Remedy">What to do; "" when the text says so itself.</param>
internal sealed partial record Message(
    string File,
    string Group,
    string GroupSummary,
    string Name,
    int? Event,
    string Level,
    string Text,
    string When,
    string Remedy
)
{
    private const string Piece = "part of other messages";

    /// <summary>It completes other messages, and is met with them alone.</summary>
    public bool IsPart => Remedy.StartsWith(Piece, StringComparison.OrdinalIgnoreCase);

    /// <summary>The names in braces.</summary>
    public IEnumerable<string> Placeholders => Placeholder().Matches(Text).Select(static match => match.Groups["name"].Value);

    /// <summary>What it takes on a line without the values: printf's and those in braces.</summary>
    public int OwnLength => Placeholder().Replace(Text, "").Length;

    [GeneratedRegex(@"\{(?<name>[A-Za-z]+)(:[^}]*)?\}", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Placeholder();
}
