using SlurmBanking.Hooks.Messages;

namespace SlurmBanking.Hooks;

/// <summary>
/// Puts a text into the form in which Slurm's commands can print it: they show each line behind "sbatch: error: ", and hand on
/// whatever bytes they get.
/// </summary>
internal static class Terminal
{
    /// <summary>Characters in a line: 80 less "scontrol: error: ", the longest that stands before it.</summary>
    public const int Width = 63;

    /// <summary>Characters in all, which no text of ours comes near; a bank's may be of any length.</summary>
    public const int Longest = 1000;

    private const string More = "...";
    private const string Blanks = " \t\r\n";

    /// <summary>
    /// Printable ASCII ("?" stands for the rest), after our prefix, in lines of <see cref="Width"/> broken between words. A longer
    /// word keeps a line for itself: names are to be copied. Nothing is allocated where nothing changes.
    /// </summary>
    public static string Fold(string message)
    {
        var text = message.StartsWith(Refusals.Prefix, StringComparison.Ordinal) ? message : Refusals.Prefix + message;
        Span<char> folded = stackalloc char[Longest];
        var (length, inLine) = (0, 0);
        foreach (var range in text.AsSpan().SplitAny(Blanks))
        {
            var word = text.AsSpan(range);
            if (word.IsEmpty)
            {
                continue;
            }

            if (length + 1 + word.Length > Longest - More.Length)
            {
                More.CopyTo(folded[length..]);
                length += More.Length;
                break;
            }

            if (length > 0)
            {
                var fits = inLine + 1 + word.Length <= Width;
                folded[length++] = fits ? ' ' : '\n';
                inLine = fits ? inLine + 1 : 0;
            }

            foreach (var c in word)
            {
                folded[length++] = c is > ' ' and <= '~' ? c : '?';
            }

            inLine += word.Length;
        }

        return folded[..length].SequenceEqual(text) ? text : new string(folded[..length]);
    }
}
