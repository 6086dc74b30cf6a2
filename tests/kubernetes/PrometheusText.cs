using System.Globalization;

namespace SlurmBanking.Kubernetes.Tests;

/// <summary>Reads Prometheus's text format (https://prometheus.io/docs/instrumenting/exposition_formats/).</summary>
public static class PrometheusText
{
    /// <returns>Values by series, written as they were: <c>name{label="value"}</c>.</returns>
    public static IReadOnlyDictionary<string, double> Parse(string text)
    {
        var values = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (line.StartsWith('#'))
            {
                continue;
            }

            // A label's value may hold blanks; the series ends at the last brace, or at the first blank where there is none.
            var end = line.LastIndexOf('}') is var brace and >= 0 ? brace + 1 : line.IndexOf(' ');
            values[line[..end]] = Value(line[end..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[0]);
        }

        return values;
    }

    private static double Value(string text) =>
        text switch
        {
            "+Inf" => double.PositiveInfinity,
            "-Inf" => double.NegativeInfinity,
            _ => double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture),
        };
}
