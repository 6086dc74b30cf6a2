using System.Text.RegularExpressions;

namespace SlurmBanking.Architecture.Tests.Commands;

/// <summary>sbatch's options, by sbank's own table of them.</summary>
internal static partial class SbatchOptions
{
    private static readonly Dictionary<string, bool> Known = Read();

    /// <summary>What is wrong with a command line of sbatch, up to its script.</summary>
    /// <param name="arguments">Without the program.</param>
    /// <param name="others">More options that will do.</param>
    public static IEnumerable<string> Problems(IEnumerable<string> arguments, IEnumerable<string> others)
    {
        var more = others.ToHashSet(StringComparer.Ordinal);
        var isValue = false;
        foreach (var word in arguments)
        {
            if (isValue)
            {
                isValue = false;
                continue;
            }

            if (!word.StartsWith('-') || word == "-")
            {
                yield break;
            }

            var isLong = word.StartsWith("--", StringComparison.Ordinal);
            var option = isLong ? word.Split('=')[0] : word[..2];
            if (!Known.TryGetValue(option, out var wantsValue) && !more.Contains(option))
            {
                yield return $"has no option {option}";
            }

            isValue = wantsValue && word == option;
        }
    }

    private static Dictionary<string, bool> Read()
    {
        var known = new Dictionary<string, bool>(StringComparer.Ordinal);
        foreach (var match in Words().Matches(Tree.Read("cli/Sbatch/OptionTable.cs")).Cast<Match>())
        {
            var wantsValue = match.Groups["kind"].Value == "Valued";
            foreach (var word in match.Groups["words"].Value.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
            {
                var names = word.Split('=');
                known[$"--{names[0]}"] = wantsValue;
                if (names.Length > 1)
                {
                    known[$"-{names[1]}"] = wantsValue;
                }
            }
        }

        return known;
    }

    [GeneratedRegex("""const string (?<kind>\w+) = "{1,3}(?<words>[^"]+)"{1,3};""", RegexOptions.ExplicitCapture, 10_000)]
    private static partial Regex Words();
}
