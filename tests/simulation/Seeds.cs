using System.Globalization;

namespace SlurmBanking.Simulation.Tests;

/// <summary>Simulates a range of seeds and stops at the first that the auditor is not content with.</summary>
internal static class Seeds
{
    /// <returns>0 when the auditor is content with all; 1 at the first fault, with its trace; 2 for a range that is none.</returns>
    public static int Run(string range, TextWriter output, TextWriter errors)
    {
        var ends = range.Split('-');
        if (
            ends.Length > 2
            || !int.TryParse(ends[0], NumberStyles.None, CultureInfo.InvariantCulture, out var first)
            || !int.TryParse(ends[^1], NumberStyles.None, CultureInfo.InvariantCulture, out var last)
        )
        {
            errors.WriteLine($"a seed or a range of seeds is wanted, such as 7 or 1-1000, not {range}");
            return 2;
        }

        var gate = new Lock();
        (int Seed, List<string> Trace)? worst = null;
        Parallel.For(
            first,
            last + 1,
            // Left alone, it begins more and more of them at once, which then all take memory.
            new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount },
            (seed, loop) =>
            {
                var (line, trace) = Simulate(seed);
                lock (gate)
                {
                    if (trace is null)
                    {
                        output.WriteLine(line);
                    }
                    else if (worst is null || seed < worst.Value.Seed)
                    {
                        // Seeds before this one are still simulated, so that the first fault is the one that is shown.
                        worst = (seed, [.. trace, line]);
                        loop.Break();
                    }
                }
            }
        );
        worst?.Trace.ForEach(errors.WriteLine);
        return worst is null ? 0 : 1;
    }

    // Each seed has one thread, from the first step to the last.
    private static (string Line, List<string>? Trace) Simulate(int seed)
    {
        using var scenario = new Scenario(seed);
        try
        {
            scenario.Run();
            return ($"seed {seed}: ok ({scenario.Jobs} jobs, {scenario.Runs} runs, {scenario.Steps} steps)", null);
        }
        catch (Exception fault)
        {
            return ($"seed {seed}: {(fault is AuditException ? fault.Message : fault)}", scenario.Trace);
        }
    }
}
