using System.Globalization;

namespace SlurmBanking.Sidecar.ClusterView;

/// <summary>Expands Slurm's hostlist expressions (scontrol(1), show hostnames): "n[1-3,07],gpu4" and several brackets in a name.</summary>
internal static class Hostlist
{
    /// <summary>More names than this are cut off: no job's record at the bank needs more.</summary>
    public const int MaxNames = 65_536;

    // Slurm itself takes no more than a few; each costs a level of recursion here.
    private const int MaxBrackets = 8;

    // More digits than any node's number has, and no sum of two such numbers overflows.
    private const int MaxDigits = 15;

    /// <summary>The names in order; what is no hostlist is given back as one name.</summary>
    public static IEnumerable<string> Expand(string expression) =>
        Items(expression).SelectMany(static item => ExpandItem(item, MaxBrackets)).Take(MaxNames);

    // Commas inside brackets separate ranges, not names.
    private static IEnumerable<string> Items(string expression)
    {
        var (from, depth) = (0, 0);
        for (var i = 0; i <= expression.Length; i++)
        {
            if (i == expression.Length || (expression[i] == ',' && depth == 0))
            {
                if (i > from)
                {
                    yield return expression[from..i];
                }

                from = i + 1;
            }
            else
            {
                depth += expression[i] switch
                {
                    '[' => 1,
                    ']' => -1,
                    _ => 0,
                };
            }
        }
    }

    private static IEnumerable<string> ExpandItem(string item, int brackets)
    {
        var open = item.IndexOf('[', StringComparison.Ordinal);
        var close = open < 0 ? -1 : item.IndexOf(']', open);
        if (close < 0 || brackets == 0)
        {
            return [item];
        }

        var rest = ExpandItem(item[(close + 1)..], brackets - 1).Take(MaxNames).ToList();
        return item[(open + 1)..close].Split(',').SelectMany(Range).SelectMany(number => rest.Select(tail => item[..open] + number + tail));
    }

    // "007-010" keeps its zeros.
    private static IEnumerable<string> Range(string range)
    {
        var dash = range.IndexOf('-', StringComparison.Ordinal);
        if (
            dash is <= 0 or > MaxDigits
            || range.Length - dash - 1 > MaxDigits
            || !long.TryParse(range[..dash], NumberStyles.None, CultureInfo.InvariantCulture, out var first)
            || !long.TryParse(range[(dash + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var last)
        )
        {
            yield return range;
            yield break;
        }

        last = Math.Min(last, first + MaxNames);
        for (var number = first; number <= last; number++)
        {
            yield return number.ToString(CultureInfo.InvariantCulture).PadLeft(dash, '0');
        }
    }
}
