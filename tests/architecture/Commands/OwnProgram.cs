using System.Collections.Concurrent;
using System.Text.RegularExpressions;

namespace SlurmBanking.Architecture.Tests.Commands;

/// <summary>
/// The command line of one of our programs, as its sources declare it: commands, and the options of each, which are those of the member
/// that makes the command and of what this member uses.
/// </summary>
internal sealed partial class OwnProgram
{
    private static readonly Dictionary<string, string> Entries = new(StringComparer.Ordinal)
    {
        ["sidecar"] = "sidecar/Program.cs",
        ["slurm-banking-sidecar"] = "sidecar/Program.cs",
        ["bank"] = "bank/Program.cs",
        ["slurm-banking-bank"] = "bank/Program.cs",
        ["operator"] = "operator/Program.cs",
        ["sbank"] = "cli/SbankCommand.cs",
    };

    private static readonly ConcurrentDictionary<string, OwnProgram> Read = new(StringComparer.Ordinal);

    private readonly string _name;
    private readonly List<Member> _entry;
    private readonly List<Member> _members;

    private OwnProgram(string name)
    {
        _name = name;
        var entry = Entries[name];
        var folder = $"{entry.Split('/')[0]}/";
        _members =
        [
            .. Tree
                .CSharp.Where(file => file.StartsWith(folder, StringComparison.Ordinal))
                .SelectMany(static file => MemberStart().Split(Tree.Read(file)).Select(text => new Member(file, text))),
        ];
        _entry = _members.FindAll(member => member.File == entry);
    }

    /// <summary>The program of a file of that name; null when it is none of ours.</summary>
    public static OwnProgram? Of(string path) =>
        path.Split('/')[^1] is var name && Entries.ContainsKey(name) ? Read.GetOrAdd(name, static one => new OwnProgram(one)) : null;

    /// <summary>What is wrong with a command line of it.</summary>
    /// <param name="arguments">Without the program.</param>
    public IEnumerable<string> Problems(IReadOnlyList<string> arguments)
    {
        // A part that may be left out is in brackets.
        var words = arguments.Select(static word => word.Trim('[', ']')).ToList();
        var (within, path) = (_entry, _name);
        foreach (var word in words.TakeWhile(static word => !word.StartsWith('-')))
        {
            var near = within.Select(static member => member.File).Concat(within.SelectMany(UsedFiles)).ToHashSet(StringComparer.Ordinal);
            var declared = _members.FindAll(member => near.Contains(member.File) && member.Commands.Contains(word));
            if (declared.Count == 0)
            {
                if (path == _name || within.Exists(member => member.IsGroup(path.Split(' ')[^1])))
                {
                    yield return $"{path} has no command {word}";
                    yield break;
                }

                break;
            }

            (within, path) = (declared, $"{path} {word}");
        }

        var known = within.Concat(within.SelectMany(Used)).Concat(_entry.SelectMany(Used));
        var options = known.SelectMany(static member => member.Options).Concat(["--help", "--version"]).ToHashSet(StringComparer.Ordinal);
        var unknown =
            path == "sbank quote"
                ? SbatchOptions.Problems(words.Skip(1), options)
                : words
                    // Amounts may be less than zero.
                    .Where(static word => word is ['-', not (>= '0' and <= '9'), ..])
                    .Select(static word => word.Split('=')[0])
                    .Where(option => !options.Contains(option))
                    .Select(static option => $"has no option {option}");
        foreach (var problem in unknown)
        {
            yield return $"{path} {problem}";
        }
    }

    // Where options can come from that a member does not declare: members of its file and of others that it names, which make no command.
    private IEnumerable<Member> Used(Member member)
    {
        var files = UsedFiles(member).Append(member.File).ToHashSet(StringComparer.Ordinal);
        return _members.Where(other => files.Contains(other.File) && other != member && other.Commands.Count == 0);
    }

    private IEnumerable<string> UsedFiles(Member member) =>
        _members
            .Select(static other => other.File)
            .Distinct()
            .Where(file =>
                file != member.File && member.Text.Contains($"{Path.GetFileName(file).Split('.')[0]}.", StringComparison.Ordinal)
            );

    [GeneratedRegex(@"^(?=    (public|private|internal) )", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 10_000)]
    private static partial Regex MemberStart();

    [GeneratedRegex(
        """new( Command)?\(\s*"(?<name>[a-z][a-z-]*)",\s*\$?"([^"\\]|\\.)*"\s*\)(\s*\{(?<parts>[^}]*)\})?""",
        RegexOptions.ExplicitCapture,
        10_000
    )]
    private static partial Regex CommandName();

    [GeneratedRegex("\"(?<name>--?[A-Za-z][a-z-]*)\"", RegexOptions.ExplicitCapture, 10_000)]
    private static partial Regex OptionName();

    private sealed class Member(string file, string text)
    {
        public string File => file;

        public string Text => text;

        public HashSet<string> Commands { get; } = [.. CommandName().Matches(text).Select(static match => match.Groups["name"].Value)];

        public IEnumerable<string> Options => OptionName().Matches(text).Select(static match => match.Groups["name"].Value);

        // A command of commands: what it is made of is made by calls, or is a command by itself.
        public bool IsGroup(string name) =>
            CommandName()
                .Matches(text)
                .Where(match => match.Groups["name"].Value == name && match.Groups["parts"].Success)
                .SelectMany(static match => match.Groups["parts"].Value.Split(','))
                .Any(part =>
                    part.Contains('(', StringComparison.Ordinal)
                    || text.Contains($"var {part.Trim()} = new Command(", StringComparison.Ordinal)
                );
    }
}
