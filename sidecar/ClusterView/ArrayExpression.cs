using System.Globalization;

namespace SlurmBanking.Sidecar.ClusterView;

/// <summary>Reads a job array's index list (sbatch(1), --array): "0-15", "1,3,5-9:2", with or without a "%limit".</summary>
internal static class ArrayExpression
{
    /// <summary>More tasks than Slurm can have (MaxArraySize is at most 4 000 001).</summary>
    private const long MaxTasks = 4_000_001;

    /// <summary>The number of tasks; 0 when the text is no index list.</summary>
    public static long Count(string text)
    {
        long count = 0;
        foreach (var item in Items(text))
        {
            if (!TryRead(item, out var first, out var last, out var step))
            {
                return 0;
            }

            count += ((last - first) / step) + 1;
            if (count > MaxTasks)
            {
                return 0;
            }
        }

        return count;
    }

    /// <summary>Whether the list has a task; false when the text is no index list.</summary>
    public static bool Contains(string text, uint task) =>
        Array.Exists(
            Items(text),
            item => TryRead(item, out var first, out var last, out var step) && task >= first && task <= last && (task - first) % step == 0
        );

    private static string[] Items(string text)
    {
        var limit = text.IndexOf('%', StringComparison.Ordinal);
        return (limit >= 0 ? text[..limit] : text).Trim('[', ']').Split(',');
    }

    private static bool TryRead(string item, out long first, out long last, out long step)
    {
        (last, step) = (0, 1);
        var colon = item.IndexOf(':', StringComparison.Ordinal);
        var range = colon >= 0 ? item[..colon] : item;
        var dash = range.IndexOf('-', StringComparison.Ordinal);
        if (!TryNumber(dash < 0 ? range : range[..dash], out first))
        {
            return false;
        }

        if (dash < 0)
        {
            last = first;
        }
        else if (!TryNumber(range[(dash + 1)..], out last) || last < first)
        {
            return false;
        }

        return colon < 0 || (TryNumber(item[(colon + 1)..], out step) && step > 0);
    }

    private static bool TryNumber(string text, out long number)
    {
        number = 0;
        return text.Length is > 0 and <= 10 && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }
}
