namespace SlurmBanking.Cli;

/// <summary>A figure over time in one line of text.</summary>
internal static class SparkLine
{
    private const string Levels = "\u2581\u2582\u2583\u2584\u2585\u2586\u2587\u2588";
    private const int Width = 40;

    /// <summary>From the first to the last, at most 40 places, each the last of what it stands for; the lowest is the lowest bar.</summary>
    public static string Of(IReadOnlyList<decimal> values)
    {
        if (values.Count == 0)
        {
            return "";
        }

        var places = Math.Min(values.Count, Width);
        var shown = Enumerable.Range(1, places).Select(place => values[(int)((long)place * values.Count / places) - 1]).ToList();
        var (least, most) = (shown.Min(), shown.Max());
        return new string([
            .. shown.Select(value => most == least ? Levels[^1] : Levels[(int)((value - least) / (most - least) * (Levels.Length - 1))]),
        ]);
    }
}
