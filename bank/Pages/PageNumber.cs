using System.Globalization;
using SlurmBanking.Bank.Messages;
using SlurmBanking.Bank.Teller;

namespace SlurmBanking.Bank.Pages;

/// <summary>Which part of a long list a page shows, and the links to the parts beside it.</summary>
internal static class PageNumber
{
    /// <summary>Rows of a part.</summary>
    public const int Size = 50;

    private const int Most = 1_000_000;

    /// <summary>The number that a request asks for, from 1.</summary>
    /// <exception cref="TellerException">It asks for none that could be.</exception>
    public static int Of(HttpContext context)
    {
        if (context.Request.Query["page"] is not [{ } text, ..])
        {
            return 1;
        }

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is > 0 and < Most
            ? number
            : throw NoSuchPage();
    }

    /// <summary>Refuses a part beyond the last; the first is always there.</summary>
    /// <exception cref="TellerException">There is no such part.</exception>
    public static void Check(int number, int count)
    {
        if (number > 1 && (number - 1) * Size >= count)
        {
            throw NoSuchPage();
        }
    }

    /// <summary>Links to the parts before and after; nothing where there is but one.</summary>
    /// <param name="label">What is listed.</param>
    /// <param name="number">The part that is shown.</param>
    /// <param name="count">Rows in all.</param>
    /// <param name="link">The address of a part.</param>
    public static Html Navigation(string label, int number, int count, Func<int, string> link)
    {
        if (count <= Size)
        {
            return Html.Nothing;
        }

        var last = ((count - 1) / Size) + 1;
        var before = number > 1 ? Html.Of($"""<a rel="prev" href="{link(number - 1)}">Previous</a>""") : Html.Nothing;
        var after = number < last ? Html.Of($"""<a rel="next" href="{link(number + 1)}">Next</a>""") : Html.Nothing;
        return Html.Of($"""<nav class="parts" aria-label="{label}">{before} <span>Page {number} of {last}</span> {after}</nav>""");
    }

    private static TellerException NoSuchPage() => new(Refusals.NoPage, TellerFault.NotFound, "page");
}
