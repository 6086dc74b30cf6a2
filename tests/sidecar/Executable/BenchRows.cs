using System.Globalization;

namespace SlurmBanking.Sidecar.Tests.Executable;

/// <summary>Rows of docs/benchmarks.md, on the console and in the file that BENCH_ROWS names.</summary>
internal static class BenchRows
{
    /// <summary>Columns: what, measured, compared with, ratio, aim, reached.</summary>
    public static void Add(string what, FormattableString measured, FormattableString beside, string aim, string reached)
    {
        var row = FormattableString.Invariant(
            $"| {what} | {measured.ToString(CultureInfo.InvariantCulture)} | {beside.ToString(CultureInfo.InvariantCulture)} |  | {aim} | {reached} |"
        );
        Console.WriteLine(row);
        if (Environment.GetEnvironmentVariable("BENCH_ROWS") is { } rows)
        {
            File.AppendAllText(rows, row + "\n");
        }
    }

    /// <summary>A figure that docs/scale.md goes on with, into the file that BENCH_VALUES names.</summary>
    public static void Value(string name, double value)
    {
        if (Environment.GetEnvironmentVariable("BENCH_VALUES") is { } values)
        {
            File.AppendAllText(values, FormattableString.Invariant($"{name} {value}\n"));
        }
    }
}
