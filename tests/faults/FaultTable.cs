namespace SlurmBanking.Faults.Tests;

/// <summary>Runs every fault several times and tells what came of it as a table in Markdown.</summary>
internal static class FaultTable
{
    /// <returns>0 when nothing was lost, nothing billed twice and everything came to rest.</returns>
    public static async Task<int> RunAsync(int runs, string names, TextWriter output)
    {
        var faults = FaultList.All.Where(fault => fault.Name.Contains(names, StringComparison.OrdinalIgnoreCase)).ToList();
        var rows = faults.ToDictionary(static fault => fault.Name, static _ => new List<FaultOutcome>(), StringComparer.Ordinal);
        await using var rig = new FaultRig();
        await rig.InitializeAsync();
        for (var run = 1; run <= runs; run++)
        {
            foreach (var fault in faults)
            {
                var outcome = await rig.RunAsync(fault);
                rows[fault.Name].Add(outcome);
                await output.WriteLineAsync(
                    $"{run}/{runs} {fault.Name}: {outcome.Strikes} strikes, {outcome.Lost} lost, {outcome.Double} double, {outcome.Took.TotalSeconds:0} s"
                );
                foreach (var problem in outcome.Problems)
                {
                    await output.WriteLineAsync($"    {problem}");
                }
            }
        }

        await output.WriteLineAsync("\n| fault | runs | lost | double | not at rest | s per run |\n|---|---|---|---|---|---|");
        foreach (var (name, outcomes) in rows)
        {
            var restless = outcomes.Count(static outcome => outcome.Problems.Count > 0);
            await output.WriteLineAsync(
                $"| {name} | {outcomes.Count} | {outcomes.Sum(static outcome => outcome.Lost)} | {outcomes.Sum(static outcome => outcome.Double)} "
                    + $"| {restless} | {outcomes.Average(static outcome => outcome.Took.TotalSeconds):0} |"
            );
        }

        return rows.Values.All(static outcomes => outcomes.All(static outcome => outcome.Problems.Count == 0)) ? 0 : 1;
    }
}
