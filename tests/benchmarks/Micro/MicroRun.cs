using System.Globalization;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Engines;
using BenchmarkDotNet.Environments;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Mathematics;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Perfolizer.Horology;
using Perfolizer.Mathematics.Common;

namespace SlurmBanking.Benchmarks.Micro;

/// <summary>Runs the micro benchmarks in this process, and writes what came of them as rows of a table.</summary>
internal static class MicroRun
{
    /// <summary>The head of the table that the rows belong to.</summary>
    private const string Head = "| what | mean | error | allocated, bytes |\n|---|---|---|---|";

    /// <param name="args">"--quick" for a short run; the rest is BenchmarkDotNet's.</param>
    /// <param name="file">Where the table goes; null: to the output alone.</param>
    /// <param name="output">What people see.</param>
    /// <returns>1 when something could not be measured.</returns>
    public static int Run(string[] args, string? file, TextWriter output)
    {
        var quick = args.Contains("--quick");
        var filter = args.Where(static arg => arg != "--quick").ToArray();
        var directory = Directory.CreateTempSubdirectory("slurm-banking-benchmarks-");
        try
        {
            var config = Config(quick, directory.FullName, output);
            var summaries = BenchmarkSwitcher
                .FromAssembly(typeof(MicroRun).Assembly)
                .Run(filter.Length == 0 ? ["--filter", "*"] : filter, config)
                .ToList();
            var table = $"{Head}\n{string.Join('\n', summaries.SelectMany(static summary => summary.Reports).Select(Row))}\n";
            output.Write(table);
            if (file is not null)
            {
                File.WriteAllText(file, table);
            }

            return summaries.Count > 0 && summaries.TrueForAll(static summary => summary.Reports.All(static report => report.Success))
                ? 0
                : 1;
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    // In this process: another one for each would have to be built, and takes longer than all that is measured.
    private static ManualConfig Config(bool quick, string artifacts, TextWriter output)
    {
        var job = Job.Default.WithToolchain(InProcessEmitToolchain.Instance).WithEvaluateOverhead(!quick);
        job = quick
            ? job.WithIterationTime(TimeInterval.FromMilliseconds(40)).WithWarmupCount(2).WithIterationCount(5)
            : job.WithIterationTime(TimeInterval.FromMilliseconds(200)).WithMinIterationCount(10).WithMaxIterationCount(20);
        return ManualConfig
            .CreateEmpty()
            .AddJob(job)
            .AddDiagnoser(MemoryDiagnoser.Default)
            .AddLogger(new ErrorLogger(output))
            .WithArtifactsPath(artifacts)
            .WithOptions(ConfigOptions.DisableLogFile | ConfigOptions.DisableOptimizationsValidator);
    }

    private static string Row(BenchmarkReport report)
    {
        var name = report.BenchmarkCase.Descriptor.WorkloadMethodDisplayInfo.Trim('\'');
        if (!report.Success || report.ResultStatistics is not { } statistics)
        {
            return $"| {name} | not measured | | |";
        }

        var margin = statistics.GetConfidenceInterval(ConfidenceLevel.L999).Margin;
        var bytes = report.GcStats.GetBytesAllocatedPerOperation(report.BenchmarkCase);
        return $"| {name} | {Time(statistics.Mean)} | {Time(margin)} | {bytes?.ToString(CultureInfo.InvariantCulture) ?? "?"} |";
    }

    private static string Time(double nanoseconds) =>
        nanoseconds switch
        {
            < 1e3 => string.Create(CultureInfo.InvariantCulture, $"{nanoseconds:0} ns"),
            < 1e6 => string.Create(CultureInfo.InvariantCulture, $"{nanoseconds / 1e3:0.00} µs"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{nanoseconds / 1e6:0.00} ms"),
        };
}
