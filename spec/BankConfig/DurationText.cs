using System.Globalization;

namespace SlurmBanking.BankConfig;

/// <summary>Durations as the file writes them: a whole number and one of ms, s, m, h, d.</summary>
public static class DurationText
{
    private static readonly (string Unit, TimeSpan Span)[] Units =
    [
        ("ms", TimeSpan.FromMilliseconds(1)),
        ("s", TimeSpan.FromSeconds(1)),
        ("m", TimeSpan.FromMinutes(1)),
        ("h", TimeSpan.FromHours(1)),
        ("d", TimeSpan.FromDays(1)),
    ];

    /// <summary>Reads "250ms", "5s", "10m", "1h", "7d"; at most 9 digits.</summary>
    public static bool TryParse(string text, out TimeSpan span)
    {
        span = default;
        foreach (var (unit, length) in Units)
        {
            if (
                text.EndsWith(unit, StringComparison.Ordinal)
                && text.Length <= unit.Length + 9
                && long.TryParse(text[..^unit.Length], NumberStyles.None, CultureInfo.InvariantCulture, out var count)
                && count <= TimeSpan.MaxValue.Ticks / length.Ticks
            )
            {
                span = length * count;
                return true;
            }
        }

        return false;
    }

    /// <summary>The shortest exact form: 90 s is "90s", 2 h is "2h".</summary>
    public static string Format(TimeSpan span)
    {
        for (var i = Units.Length - 1; i > 0; i--)
        {
            if (span.Ticks % Units[i].Span.Ticks == 0 && span != TimeSpan.Zero)
            {
                return $"{span.Ticks / Units[i].Span.Ticks}{Units[i].Unit}";
            }
        }

        return $"{span.Ticks / Units[0].Span.Ticks}ms";
    }
}
