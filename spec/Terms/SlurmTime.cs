using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace SlurmBanking.Terms;

/// <summary>
/// Slurm's notation of time limits (sbatch(1), --time): "minutes", "minutes:seconds", "hours:minutes:seconds",
/// "days-hours", "days-hours:minutes", "days-hours:minutes:seconds".
/// </summary>
public static class SlurmTime
{
    /// <summary>The longest that is read: about 1900 years, well inside TimeSpan and decimal arithmetic.</summary>
    public static readonly TimeSpan Max = TimeSpan.FromDays(700_000);

    /// <summary>Reads a span. "UNLIMITED", "INVALID", "Partition_Limit" and everything else that is no span give false.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out TimeSpan span) => TryParse(text.AsSpan(), out span);

    /// <inheritdoc cref="TryParse(string?, out TimeSpan)"/>
    public static bool TryParse(ReadOnlySpan<char> text, out TimeSpan span)
    {
        span = default;
        var dash = text.IndexOf('-');
        var clock = text[(dash + 1)..];

        // The last one takes what is behind the last colon.
        Span<Range> parts = stackalloc Range[4];
        var count = clock.Split(parts, ':');
        if (count > 3)
        {
            return false;
        }

        Span<long> units = stackalloc long[count];
        for (var i = 0; i < count; i++)
        {
            if (!TryNumber(clock[parts[i]], out units[i]))
            {
                return false;
            }
        }

        long days = 0;
        if (dash >= 0 && !TryNumber(text[..dash], out days))
        {
            return false;
        }

        // With days the first unit is hours; without, one or two units start at minutes and three at hours.
        var seconds = (dash >= 0, count) switch
        {
            (true, 1) => units[0] * 3600,
            (true, 2) => (units[0] * 3600) + (units[1] * 60),
            (false, 1) => units[0] * 60,
            (false, 2) => (units[0] * 60) + units[1],
            _ => (units[0] * 3600) + (units[1] * 60) + units[2],
        };
        seconds += days * 86_400;
        if (seconds > (long)Max.TotalSeconds)
        {
            return false;
        }

        span = TimeSpan.FromSeconds(seconds);
        return true;
    }

    /// <summary>"4:00:00", with days "7-00:00:00".</summary>
    public static string Format(TimeSpan span) =>
        span.Days > 0
            ? string.Create(CultureInfo.InvariantCulture, $"{span.Days}-{span.Hours:00}:{span.Minutes:00}:{span.Seconds:00}")
            : string.Create(CultureInfo.InvariantCulture, $"{span.Hours}:{span.Minutes:00}:{span.Seconds:00}");

    // Ten digits hold every value below Max in any unit, and keep the products above inside a long.
    private static bool TryNumber(ReadOnlySpan<char> text, out long number)
    {
        number = 0;
        return text.Length is > 0 and <= 10 && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }
}
