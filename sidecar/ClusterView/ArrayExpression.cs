using System.Globalization;

namespace SlurmBanking.Sidecar.ClusterView;

/// <summary>Counts the tasks of a job array's index list (sbatch(1), --array): "0-15", "1,3,5-9:2", with or without a "%limit".</summary>
internal static class ArrayExpression
{
    /// <summary>More tasks than Slurm can have (MaxArraySize is at most 4 000 001).</summary>
    private const long MaxTasks = 4_000_001;

    /// <summary>The number of tasks; 0 when the text is no index list.</summary>
    public static long Count(string text)
    {
        var limit = text.IndexOf('%', StringComparison.Ordinal);
        var list = (limit >= 0 ? text[..limit] : text).Trim('[', ']');
        long count = 0;
        foreach (var item in list.Split(','))
        {
            if (!TryCount(item, out var tasks))
            {
                return 0;
            }

            count += tasks;
            if (count > MaxTasks)
            {
                return 0;
            }
        }

        return count;
    }

    private static bool TryCount(string item, out long count)
    {
        count = 0;
        long step = 1;
        var colon = item.IndexOf(':', StringComparison.Ordinal);
        if (colon >= 0 && (!TryNumber(item[(colon + 1)..], out step) || step == 0))
        {
            return false;
        }

        var range = colon >= 0 ? item[..colon] : item;
        var dash = range.IndexOf('-', StringComparison.Ordinal);
        if (dash < 0)
        {
            count = 1;
            return TryNumber(range, out _);
        }

        if (!TryNumber(range[..dash], out var first) || !TryNumber(range[(dash + 1)..], out var last) || last < first)
        {
            return false;
        }

        count = ((last - first) / step) + 1;
        return true;
    }

    private static bool TryNumber(string text, out long number)
    {
        number = 0;
        return text.Length is > 0 and <= 10 && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }
}
