using System.Text.RegularExpressions;

namespace SlurmBanking.Architecture.Tests.Commands;

/// <summary>Targets of the Makefile and scripts of eng/, with the variables that they look at.</summary>
internal static partial class MakeAndScripts
{
    private static readonly Dictionary<string, (string[] Needs, string Recipe)> Targets = Target()
        .Matches(Tree.Read("Makefile"))
        .ToDictionary(
            static match => match.Groups["name"].Value,
            static match => (match.Groups["needs"].Value.Split(' ', StringSplitOptions.RemoveEmptyEntries), match.Groups["recipe"].Value),
            StringComparer.Ordinal
        );

    /// <param name="command">Of make.</param>
    public static IEnumerable<string> Make(ShellCommand command)
    {
        var arguments = command.Words.Skip(1).ToLookup(static word => word.Contains('=', StringComparison.Ordinal));
        var targets = arguments[false].ToList();
        foreach (var target in targets.Where(static target => !Targets.ContainsKey(target)))
        {
            yield return $"the Makefile has no target {target}";
        }

        var looked = targets.Where(Targets.ContainsKey).SelectMany(static target => Looked(target)).ToList();
        foreach (var variable in arguments[true].Select(static word => word.Split('=')[0]).Concat(command.Assigned))
        {
            if (!looked.Exists(text => Names(text, variable)))
            {
                yield return $"{string.Join(' ', targets)} does not look at {variable}";
            }
        }
    }

    /// <param name="command">Of a script in eng/.</param>
    public static IEnumerable<string> Script(ShellCommand command)
    {
        var script = command.Program;
        if (!Tree.Files.Contains(script))
        {
            yield return $"there is no {script}";
            yield break;
        }

        var texts = Scripts(Tree.Read(script)).Append(Tree.Read(script)).ToList();
        foreach (var variable in command.Assigned.Where(variable => !texts.Exists(text => Names(text, variable))))
        {
            yield return $"{script} does not look at {variable}";
        }

        // Verbs and names are words of its own help, which is the comment that it begins with.
        var help = string.Join('\n', Tree.Read(script).Split('\n').TakeWhile(static line => line.StartsWith('#')));
        foreach (var word in command.Words.Skip(1).Where(static word => Verb().IsMatch(word)))
        {
            if (!Names(help, word))
            {
                yield return $"the help of {script} does not know {word}";
            }
        }

        foreach (var argument in command.Words.Zip(command.Words.Skip(1)).Where(static pair => pair.First == "--build-arg"))
        {
            var name = argument.Second.Split('=')[0];
            if (!Regex.IsMatch(Tree.Read("Dockerfile"), $@"^ARG (\w+ )*{name}\b", RegexOptions.Multiline, TimeSpan.FromSeconds(1)))
            {
                yield return $"the Dockerfile has no argument {name}";
            }
        }
    }

    private static IEnumerable<string> Looked(string target)
    {
        var (needs, recipe) = Targets[target];
        return needs.Where(Targets.ContainsKey).SelectMany(Looked).Concat(Scripts(recipe)).Append(recipe);
    }

    // The scripts that a text names, and those that these name.
    private static List<string> Scripts(string text)
    {
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        var next = new Queue<string>([text]);
        while (next.TryDequeue(out var one))
        {
            foreach (var file in Named().Matches(one).Select(static match => $"eng/{match.Groups["file"].Value}"))
            {
                if (!found.ContainsKey(file) && Tree.Files.Contains(file))
                {
                    found.Add(file, Tree.Read(file));
                    next.Enqueue(found[file]);
                }
            }
        }

        return [.. found.Values];
    }

    private static bool Names(string text, string word) =>
        Regex.IsMatch(text, $@"(?<![\w-]){Regex.Escape(word)}(?![\w-])", RegexOptions.None, TimeSpan.FromSeconds(10));

    [GeneratedRegex(
        @"^(?<name>[a-z][a-z-]*):(?<needs>[^#\n]*)(##[^\n]*)?\n(?<recipe>(\t[^\n]*\n)*)",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex Target();

    [GeneratedRegex(@"(eng|\$engine|\$\(dirname ""\$0""\))""?/(?<file>[a-z-]+\.sh)", RegexOptions.ExplicitCapture, 10_000)]
    private static partial Regex Named();

    [GeneratedRegex("^[a-z][a-z0-9-]*$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Verb();
}
