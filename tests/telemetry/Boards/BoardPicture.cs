using System.Globalization;
using System.Net;
using System.Text;

namespace SlurmBanking.Telemetry.Tests.Boards;

/// <summary>Panels drawn as one SVG, for a page that has no Grafana: numbers on top, curves below, three in a row.</summary>
public sealed class BoardPicture(string title, double seconds)
{
    private const int Width = 1240;
    private const int Gap = 14;
    private const int Columns = 3;
    private const int Top = 56;
    private const int NumberHeight = 84;
    private const int CurveHeight = 236;
    private const int Left = 52;

    private static readonly string[] Colors = ["#73bf69", "#f2cc0c", "#5794f2", "#ff9830", "#f2495c", "#b877d9", "#8ab8ff", "#c0d8ff"];

    private readonly List<(Panel Panel, IReadOnlyList<Series> Series)> _panels = [];

    public void Add(Panel panel, IReadOnlyList<Series> series) => _panels.Add((panel, series));

    public string Render()
    {
        var numbers = _panels.Where(static one => one.Panel.Limit is not null).ToList();
        var curves = _panels.Where(static one => one.Panel.Limit is null).ToList();
        var curvesTop = Top + (numbers.Count > 0 ? NumberHeight + Gap : 0);
        var height = curvesTop + ((curves.Count + Columns - 1) / Columns * (CurveHeight + Gap));
        var svg = new StringBuilder();
        svg.Append(
            CultureInfo.InvariantCulture,
            $"""
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {Width} {height}"
             font-family="Inter, Helvetica, Arial, sans-serif" font-size="12">
            <rect width="{Width}" height="{height}" fill="#111217"/>
            <text x="{Gap}" y="34" fill="#ccccdc" font-size="19">{Escape(title)}</text>

            """
        );
        for (var i = 0; i < numbers.Count; i++)
        {
            var width = (Width - Gap - (numbers.Count * Gap)) / numbers.Count;
            Number(svg, Gap + (i * (width + Gap)), Top, width, numbers[i].Panel, numbers[i].Series);
        }

        for (var i = 0; i < curves.Count; i++)
        {
            const int width = (Width - Gap - (Columns * Gap)) / Columns;
            var (x, y) = (Gap + (i % Columns * (width + Gap)), curvesTop + (i / Columns * (CurveHeight + Gap)));
            Curves(svg, x, y, width, curves[i].Panel, curves[i].Series);
        }

        return svg.Append("</svg>\n").ToString();
    }

    private static void Frame(StringBuilder svg, int x, int y, int width, int height, string title) =>
        svg.Append(
            CultureInfo.InvariantCulture,
            $"""
            <rect x="{x}" y="{y}" width="{width}" height="{height}" rx="3" fill="#181b1f" stroke="#2c2f36"/>
            <text x="{x + 10}" y="{y + 20}" fill="#ccccdc">{Escape(title)}</text>

            """
        );

    private static void Number(StringBuilder svg, int x, int y, int width, Panel panel, IReadOnlyList<Series> series)
    {
        Frame(svg, x, y, width, NumberHeight, panel.Title);
        var value = series is [{ Points: [.., var last] }, ..] ? last.Value : double.NaN;
        var color = (panel.IsBadBelow ? value < panel.Limit : value >= panel.Limit) ? "#f2495c" : "#73bf69";
        svg.Append(
            CultureInfo.InvariantCulture,
            $"""
            <text x="{x + (width / 2)}" y="{y + 64}" font-size="30" text-anchor="middle" fill="{color}">{Text(value, panel.Unit)}</text>

            """
        );
    }

    private void Curves(StringBuilder svg, int x, int y, int width, Panel panel, IReadOnlyList<Series> series)
    {
        Frame(svg, x, y, width, CurveHeight, panel.Title);
        var (left, right, top, bottom) = (x + Left, x + width - 12, y + 34, y + CurveHeight - 48);
        var highest = Ceiling(series.SelectMany(static one => one.Points).Select(static point => point.Value).DefaultIfEmpty(0).Max());
        for (var i = 0; i <= 4; i++)
        {
            var line = bottom - ((bottom - top) * i / 4);
            var scale = Text(highest * i / 4, panel.Unit);
            svg.Append(
                CultureInfo.InvariantCulture,
                $"""
                <path d="M{left} {line}H{right}" stroke="#2c2f36"/>
                <text x="{left - 6}" y="{line + 4}" fill="#8e8e9c" font-size="10" text-anchor="end">{scale}</text>

                """
            );
        }

        for (var minute = 0; minute * 60 <= seconds; minute++)
        {
            var at = left + ((right - left) * minute * 60 / seconds);
            var anchor = minute * 60 >= seconds ? "end" : "middle";
            svg.Append(
                CultureInfo.InvariantCulture,
                $"""
                <text x="{at:0}" y="{bottom + 15}" fill="#8e8e9c" font-size="10" text-anchor="{anchor}">{minute} min</text>

                """
            );
        }

        var legend = left - Left + 10.0;
        for (var i = 0; i < series.Count; i++)
        {
            var color = Colors[i % Colors.Length];
            var points = series[i]
                .Points.Select(point =>
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{left + ((right - left) * point.Second / seconds):0.#},{bottom - ((bottom - top) * point.Value / highest):0.#}"
                    )
                );
            svg.Append(
                CultureInfo.InvariantCulture,
                $"""
                <polyline points="{string.Join(' ', points)}" fill="none" stroke="{color}" stroke-width="1.6"/>
                <rect x="{legend:0}" y="{y + CurveHeight - 20}" width="10" height="3" fill="{color}"/>
                <text x="{legend + 14:0}" y="{y + CurveHeight - 14}" fill="#ccccdc" font-size="11">{Escape(series[i].Legend)}</text>

                """
            );
            legend += 26 + (series[i].Legend.Length * 5.9);
        }
    }

    // 1, 2 or 5 times a power of ten.
    private static double Ceiling(double value)
    {
        if (value <= 0)
        {
            return 1;
        }

        var power = Math.Pow(10, Math.Floor(Math.Log10(value)));
        return power * new[] { 1.0, 2, 5, 10 }.First(step => step * power >= value * 0.999);
    }

    private static string Text(double value, string unit) =>
        unit switch
        {
            _ when double.IsNaN(value) => "–",
            "s" when value == 0 => "0 s",
            "s" when value < 1e-3 => Short(value * 1e6, " µs"),
            "s" when value < 1 => Short(value * 1e3, " ms"),
            "s" => Short(value, " s"),
            "reqps" => Short(value, " /s"),
            "percentunit" => Short(value * 100, " %"),
            _ => Short(value, ""),
        };

    private static string Short(double value, string unit) =>
        value.ToString(value < 10 ? "0.##" : "0.#", CultureInfo.InvariantCulture) + unit;

    private static string Escape(string text) => WebUtility.HtmlEncode(text);
}
