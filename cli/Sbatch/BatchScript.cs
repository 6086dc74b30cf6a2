using System.Text;
using SlurmBanking.Cli.Messages;

namespace SlurmBanking.Cli.Sbatch;

/// <summary>The #SBATCH lines of a batch script, as sbatch reads them: up to the first command.</summary>
internal static class BatchScript
{
    private const string Mark = "#SBATCH";
    private const string NextComponent = "hetjob";

    // Before Slurm 20.
    private const string NextComponentOnce = "packjob";

    /// <summary>Reads the options of each component.</summary>
    /// <param name="lines">Of the script.</param>
    /// <exception cref="SbankException">It is no script, or a line can't be understood.</exception>
    public static IReadOnlyList<IReadOnlyDictionary<string, string>> Read(IEnumerable<string> lines)
    {
        var components = new List<Dictionary<string, string>> { new(StringComparer.Ordinal) };
        var number = 0;
        foreach (var line in lines)
        {
            number++;
            if (number == 1 && !line.StartsWith("#!", StringComparison.Ordinal))
            {
                throw new SbankException(ExitCode.Misused, Failures.NoScript);
            }

            if (line.StartsWith(Mark, StringComparison.Ordinal))
            {
                Take(line[Mark.Length..], number, components);
            }
            else if (line.Trim() is { Length: > 0 } text && text[0] != '#')
            {
                break;
            }
        }

        return components;
    }

    private static void Take(string text, int number, List<Dictionary<string, string>> components)
    {
        var words = Words(text);
        if (words is [NextComponent or NextComponentOnce])
        {
            components.Add(new Dictionary<string, string>(StringComparer.Ordinal));
            return;
        }

        try
        {
            foreach (var (name, value) in CommandLine.ReadOptions(words, 0).Options)
            {
                components[^1][name] = value;
            }
        }
        catch (SbankException e)
        {
            throw new SbankException(ExitCode.Misused, Failures.ScriptLine(number, e.Message));
        }
    }

    /// <summary>Splits at spaces outside quotes, up to a comment.</summary>
    private static List<string> Words(string text)
    {
        var (words, word, quote, isOpen) = (new List<string>(), new StringBuilder(), '\0', false);
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (quote == '\0' && c is '"' or '\'')
            {
                (quote, isOpen) = (c, true);
            }
            else if (c == quote)
            {
                quote = '\0';
            }
            else if (c == '\\' && i + 1 < text.Length)
            {
                word.Append(text[++i]);
                isOpen = true;
            }
            else if (quote == '\0' && char.IsWhiteSpace(c))
            {
                Close();
            }
            else if (quote == '\0' && c == '#' && !isOpen)
            {
                break;
            }
            else
            {
                word.Append(c);
                isOpen = true;
            }
        }

        Close();
        return words;

        void Close()
        {
            if (isOpen)
            {
                words.Add(word.ToString());
            }

            (isOpen, _) = (false, word.Clear());
        }
    }
}
