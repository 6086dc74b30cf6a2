using SlurmBanking.Slurm.Tests;

namespace SlurmBanking.Faults.Tests;

/// <summary>
/// Compares what the bank has booked on an account with what Slurm recorded of its jobs: CPUs × seconds × price, and nothing else.
/// </summary>
public static class Audit
{
    public static async Task<(int Lost, int Double, IReadOnlyList<string> Findings)> LookAsync(BankedCluster cluster, Workload workload)
    {
        if (await workload.RecordsAsync() is not { } jobs)
        {
            return (0, 0, ["slurmctld does not answer"]);
        }

        var booked = await cluster.BookedAsync(workload.Account);
        var known = new HashSet<string>(workload.Forgotten, StringComparer.Ordinal);
        var findings = new List<string>();
        var (lost, doubled) = (0, 0);
        foreach (var (id, min, max) in jobs.Where(static job => job.Ran || job.Restarts > 0).SelectMany(job => RunsOf(job, workload)))
        {
            known.Add(id);
            var (cost, charges, settlements) = booked.GetValueOrDefault(id, Booked.Nothing);
            if ((settlements == 0 && (charges > 0 || min > 0)) || cost < min)
            {
                lost++;
                findings.Add($"run {id} should have cost {min} to {max}; {charges} charges and {settlements} settlements came to {cost}");
            }
            else if (cost > max || charges > 1)
            {
                doubled++;
                findings.Add($"run {id} should have cost {min} to {max}; {charges} charges and {settlements} settlements came to {cost}");
            }
        }

        foreach (var (id, (cost, _, settlements)) in booked)
        {
            if (!known.Contains(id) && cost != 0)
            {
                doubled++;
                findings.Add($"{cost} is booked for {id}, which never ran");
            }
            else if (workload.Forgotten.Contains(id) && settlements == 0)
            {
                findings.Add($"{cost} stay charged for {id}, which slurmctld has forgotten");
            }
        }

        // Plain, srun and requeued one, twice, and three tasks; what slurmctld has forgotten can't be asked for.
        if (workload.Forgotten.Count == 0 && known.Count < Workload.Runs)
        {
            findings.Add($"only {known.Count} of {Workload.Runs} runs took place");
        }

        return (lost, doubled, findings);
    }

    private static IEnumerable<(string Id, decimal Min, decimal Max)> RunsOf(SlurmRecord job, Workload workload)
    {
        for (var restart = 0; restart < job.Restarts; restart++)
        {
            var id = job.BankIdOf(restart);
            var (min, max) = workload.EarlierRuns.GetValueOrDefault(id, (0, decimal.MaxValue));
            yield return (id, min, max);
        }

        if (job is { Ran: true, Ended: true })
        {
            // debug costs 1 SU per CPU-second.
            yield return (job.BankId, job.CpuSeconds, job.CpuSeconds);
        }
    }
}
