using System.Globalization;
using SlurmBanking.Terms;

namespace SlurmBanking.Bank.Pages;

/// <summary>Draws balances over time as a line, and writes the same figures as a table.</summary>
internal static class BurnDownChart
{
    // The line is stretched to the width that there is; what is written is not.
    private const double Width = 1000;
    private const double Height = 200;
    private const double Top = 16;

    /// <summary>Draws it.</summary>
    /// <param name="span">The time.</param>
    /// <param name="balances">A balance for each of the span's moments.</param>
    public static Html Draw(BurnDown span, IReadOnlyList<ServiceUnits> balances)
    {
        var moments = span.Moments();
        var (first, last) = (balances[0], balances[^1]);
        var (high, low) = (Larger(balances.Max(), ServiceUnits.Zero), Smaller(balances.Min(), ServiceUnits.Zero));
        var range = high == low ? 1 : (double)(high - low).Hundredths;
        double X(DateTimeOffset moment) => Width * ((moment - span.Since) / (span.End - span.Since));
        double Y(ServiceUnits balance) => Top + (Height * (high - balance).Hundredths / range);
        var (top, zero) = (Y(high), Y(ServiceUnits.Zero));
        var points = string.Join(
            ' ',
            moments.Zip(balances, (moment, balance) => string.Create(CultureInfo.InvariantCulture, $"{X(moment):0.#},{Y(balance):0.#}"))
        );
        var area = string.Create(CultureInfo.InvariantCulture, $"0,{zero:0.#} {points} {X(moments[^1]):0.#},{zero:0.#}");
        var debt = low < ServiceUnits.Zero ? Html.Of($"""<text x="4" y="{Y(low) - 4}">{low}</text>""") : Html.Nothing;
        var goesOn = span.End > span.Until ? "; the window goes on to the right end" : "";
        return Html.Of(
            $"""
            <figure>
            <svg class="chart" role="img" width="100%" height="236" aria-labelledby="chart-title chart-desc">
            <title id="chart-title">Balance from {Date(span.Since)} to {Date(span.Until)}</title>
            <desc id="chart-desc">It was {first} SU in the beginning and is {last} SU at the end; at most {balances.Max()},
            at least {balances.Min()}. The table of figures has all of them.</desc>
            <svg viewBox="0 0 1000 236" preserveAspectRatio="none">
            <polygon class="area" points="{area}"/>
            <line class="grid" x1="0" x2="1000" y1="{top}" y2="{top}"/><line class="zero" x1="0" x2="1000" y1="{zero}" y2="{zero}"/>
            <polyline class="line" points="{points}"/>
            </svg>
            <text x="4" y="{top - 4}">{high}</text>{debt}
            <text x="0" y="234">{Date(span.Since)}</text><text x="100%" y="234" text-anchor="end">{Date(span.End)}</text>
            </svg>
            <figcaption>Deposits less what jobs are charged, in SU{goesOn}.</figcaption>
            </figure>
            <details>
            <summary>The figures of this chart</summary>
            {Layout.Table(
                "Balance over time",
                Html.Of($"""<th scope="col">At (UTC)</th><th scope="col" class="amount">Balance</th>"""),
                moments.Zip(balances, Row)
            )}
            </details>
            """
        );
    }

    private static Html Row(DateTimeOffset moment, ServiceUnits balance) =>
        Html.Of(
            $"""
            <tr><th scope="row">{moment}</th><td class="amount">{balance}</td></tr>

            """
        );

    private static string Date(DateTimeOffset moment) => moment.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static ServiceUnits Larger(ServiceUnits left, ServiceUnits right) => left > right ? left : right;

    private static ServiceUnits Smaller(ServiceUnits left, ServiceUnits right) => left < right ? left : right;
}
