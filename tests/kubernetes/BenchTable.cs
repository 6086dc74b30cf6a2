using System.Globalization;

namespace SlurmBanking.Kubernetes.Tests;

/// <summary>Rows of docs/benchmarks-operator.md, in the file that BENCH_ROWS names; said aloud where it names none.</summary>
internal static class BenchTable
{
    /// <param name="what">What was measured.</param>
    /// <param name="measured">With its unit.</param>
    /// <param name="beside">What it is to be read with; "" for nothing.</param>
    public static void Row(string what, string measured, string beside = "") => Write($"| {what} | {measured} | {beside} | | |");

    /// <summary>A figure that is to be at most so much.</summary>
    public static void Row(string what, double measured, double atMost, string unit, string beside = "") =>
        Write(
            string.Create(
                CultureInfo.InvariantCulture,
                $"| {what} | {measured:0.#} {unit} | {beside} | ≤ {atMost:0.#} {unit} | {(measured <= atMost ? "yes" : "**no**")} |"
            )
        );

    /// <summary>Nearest rank, as eng/bench-figures.sh has it.</summary>
    public static double Percentile(IEnumerable<double> values, int percent)
    {
        var sorted = values.Order().ToList();
        return sorted[Math.Max(0, (int)Math.Ceiling(sorted.Count * percent / 100.0) - 1)];
    }

    private static void Write(string row)
    {
        if (Environment.GetEnvironmentVariable("BENCH_ROWS") is { Length: > 0 } file)
        {
            File.AppendAllText(file, row + "\n");
        }

        TestContext.Current.SendDiagnosticMessage(row);
    }
}
