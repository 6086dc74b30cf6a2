using SlurmBanking.Terms;

namespace SlurmBanking.Bank.Pages;

/// <summary>A bar that shows what part of a limit is used.</summary>
internal static class UsedBar
{
    private const double Width = 100;

    /// <summary>Draws it; nothing where nothing limits.</summary>
    /// <param name="used">What is used.</param>
    /// <param name="limit">Of what; null for no limit.</param>
    public static Html Draw(ServiceUnits used, ServiceUnits? limit)
    {
        if (limit is not { } total)
        {
            return Html.Nothing;
        }

        var percent = Percent(used, total);
        return Html.Of(
            $"""
            <svg class="bar{(percent > 100 ? " over" : "")}" role="img" viewBox="0 0 100 12" width="100" height="12">
            <title>{percent} % used</title><desc>{used} of {total} SU</desc>
            <rect class="whole" width="100" height="12" rx="2"/><rect class="part" width="{Math.Clamp(
                percent,
                0,
                Width
            )}" height="12" rx="2"/>
            </svg>
            """
        );
    }

    /// <summary>The whole percent that are used, rounded down; 999 for what is more, or has no end.</summary>
    internal static int Percent(ServiceUnits used, ServiceUnits limit)
    {
        const int Most = 999;
        if (used <= ServiceUnits.Zero)
        {
            return 0;
        }

        return limit <= ServiceUnits.Zero ? Most : (int)Math.Min(Most, decimal.Floor(used.Hundredths * 100m / limit.Hundredths));
    }
}
