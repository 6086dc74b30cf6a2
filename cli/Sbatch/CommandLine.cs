using SlurmBanking.Cli.Messages;

namespace SlurmBanking.Cli.Sbatch;

/// <summary>A command line of sbatch: what each component of the job asks for, and the batch script.</summary>
/// <param name="Components">Options by name; what is named again later counts. More than one for a heterogeneous job.</param>
/// <param name="Script">Path of the script; null for --wrap, and where none is named.</param>
internal sealed record CommandLine(IReadOnlyList<IReadOnlyDictionary<string, string>> Components, string? Script)
{
    /// <summary>Reads the words after "sbatch".</summary>
    /// <exception cref="SbankException">An option that sbatch does not have, or one without its value.</exception>
    public static CommandLine Read(IReadOnlyList<string> words)
    {
        var components = new List<IReadOnlyDictionary<string, string>>();
        var i = 0;
        while (true)
        {
            var (options, next) = ReadOptions(words, i);
            components.Add(options);
            if (next < words.Count && words[next] == ":")
            {
                i = next + 1;
                continue;
            }

            return new CommandLine(components, next < words.Count ? words[next] : null);
        }
    }

    /// <summary>Reads options up to the first word that is none.</summary>
    /// <returns>The options, and the place of that word.</returns>
    public static (IReadOnlyDictionary<string, string> Options, int Next) ReadOptions(IReadOnlyList<string> words, int from)
    {
        var options = new Dictionary<string, string>(StringComparer.Ordinal);
        var i = from;
        for (; i < words.Count && words[i] is ['-', _, ..] word; i++)
        {
            if (word == "--")
            {
                return (options, i + 1);
            }

            if (word.StartsWith("--", StringComparison.Ordinal))
            {
                i += ReadLong(word, i + 1 < words.Count ? words[i + 1] : null, options);
            }
            else
            {
                i += ReadShort(word, i + 1 < words.Count ? words[i + 1] : null, options);
            }
        }

        return (options, i);
    }

    // Returns how many more words were taken.
    private static int ReadLong(string word, string? next, Dictionary<string, string> options)
    {
        var equals = word.IndexOf('=', StringComparison.Ordinal);
        var given = equals < 0 ? word[2..] : word[2..equals];
        var (name, kind) = OptionTable.OfLong(given) ?? throw Unknown(word);
        if (kind != OptionKind.Valued || equals >= 0)
        {
            options[name] = equals < 0 ? "" : word[(equals + 1)..];
            return 0;
        }

        options[name] = next ?? throw Valueless(word);
        return 1;
    }

    // "-n4", "-n 4"; letters without a value may stand together.
    private static int ReadShort(string word, string? next, Dictionary<string, string> options)
    {
        for (var i = 1; i < word.Length; i++)
        {
            var (name, kind) = OptionTable.OfShort(word[i]) ?? throw Unknown(word);
            if (kind == OptionKind.Plain)
            {
                options[name] = "";
                continue;
            }

            if (i + 1 < word.Length)
            {
                options[name] = word[(i + 1)..];
                return 0;
            }

            options[name] = kind == OptionKind.MaybeValued ? "" : next ?? throw Valueless(word);
            return kind == OptionKind.MaybeValued ? 0 : 1;
        }

        return 0;
    }

    private static SbankException Unknown(string word) => new(ExitCode.Misused, Failures.NoOption(word));

    private static SbankException Valueless(string word) => new(ExitCode.Misused, Failures.ValueWanted(word));
}
