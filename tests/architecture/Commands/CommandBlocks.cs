using System.Text;
using System.Text.RegularExpressions;

namespace SlurmBanking.Architecture.Tests.Commands;

/// <summary>What a page tells its reader to type.</summary>
internal static partial class CommandBlocks
{
    /// <summary>The commands of its blocks of sh and bash; of console, and of those without a language, what follows "$ ".</summary>
    /// <param name="text">The page's.</param>
    public static IReadOnlyList<ShellCommand> Read(string text)
    {
        var commands = new List<ShellCommand>();
        var lines = text.Split('\n');
        for (var at = 0; at < lines.Length; at++)
        {
            if (Fence().Match(lines[at]) is not { Success: true } fence)
            {
                continue;
            }

            var (first, indent) = (at + 1, fence.Groups["indent"].Length);
            for (at++; at < lines.Length && lines[at].Trim() != "```"; at++) { }

            var body = lines[first..at].Select(line => line.Length > indent ? line[indent..] : "");
            var script = fence.Groups["language"].Value switch
            {
                "sh" or "bash" => string.Join('\n', body),
                "console" or "" => Typed(body),
                _ => "",
            };

            // Numbers of lines are the page's.
            commands.AddRange(ShellScript.Commands(new string('\n', first) + script + '\n'));
        }

        return commands;
    }

    // As many lines as there were: answers are empty ones.
    private static string Typed(IEnumerable<string> body)
    {
        var script = new StringBuilder();
        var goesOn = false;
        foreach (var line in body)
        {
            var isPrompt = line.StartsWith("$ ", StringComparison.Ordinal);
            if (isPrompt || goesOn)
            {
                script.Append(isPrompt ? line[2..] : line);
                goesOn = line.EndsWith('\\');
            }

            script.Append('\n');
        }

        return script.ToString();
    }

    [GeneratedRegex("^(?<indent> *)```(?<language>[a-z]*)$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Fence();
}
