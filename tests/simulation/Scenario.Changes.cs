using SlurmBanking.Sidecar.Lifecycle;
using SlurmBanking.Sidecar.Pricing;
using SlurmBanking.Terms;

namespace SlurmBanking.Simulation.Tests;

/// <summary>Changes of jobs.</summary>
internal sealed partial class Scenario
{
    // scontrol update of a job that waits or runs: of one task of an array, or of all that there are of it.
    private void Modify()
    {
        var jobs = _slurm.Jobs.FindAll(job => job.Over is null && job.Entered <= Now);
        if (jobs.Count == 0)
        {
            return;
        }

        var job = jobs[_fates.Next(jobs.Count)];
        var alone = job.ArrayId is null || _fates.Next(2) == 0;
        var name = job.ArrayId is { } array
            ? alone
                ? $"{array}_{job.Task}"
                : $"{array}"
            : $"{job.Id}";
        var meant = alone ? [job] : jobs.FindAll(other => other.ArrayId == job.ArrayId);
        var wanted = Wanted(job, meant.Exists(static one => one.Running is not null));
        var decision = Ask(name, job.Mark?.Id, wanted);
        Say($"job {name} of user {job.Uid}: {wanted.TimeLimit} {wanted.MinCpus} CPUs {wanted.Account}: {decision}");
        if (decision is null or { Accepted: false } || _fates.Next(8) == 0)
        {
            return;
        }

        foreach (var one in meant)
        {
            if (one.InMetaRecord && alone)
            {
                _slurm.Split(one);
            }

            one.Limit = wanted.TimeLimit ?? one.Limit;
            one.Cpus = wanted.MinCpus ?? one.Cpus;
            one.Account = wanted.Account.Length > 0 ? wanted.Account : one.Account;
            one.Running?.Limits.Add(one.Limit);
            one.Decided &= decision.Value.Reason == DecisionReason.Fits;
        }

        Tempt();
    }

    // Of a job that runs only the limit, and to no less than it has run for.
    private JobRequest Wanted(SimulatedJob job, bool runs)
    {
        var nothing = new JobRequest { Uid = job.Uid };
        var kinds =
            runs ? 1
            : job.ArrayId is null ? 3
            : 2;
        return _fates.Next(kinds) switch
        {
            0 => nothing with { TimeLimit = TimeSpan.FromMinutes(_fates.Next(runs ? 41 : 1, 82)) },
            1 => Sized(nothing, _fates.Next(1, 17)),
            _ => nothing with { Account = Accounts[_fates.Next(Accounts.Length)] },
        };
    }

    private static JobRequest Sized(JobRequest request, long cpus) => request with { Tasks = cpus, MinCpus = cpus };

    private Decision? Ask(string job, HoldId? mark, JobRequest wanted)
    {
        if (Active?.Sidecar is not { } sidecar)
        {
            return _allowWhenUnavailable ? Decision.Accept(DecisionReason.BankUnavailable) : null;
        }

        var bytes = new byte[16];
        _fates.NextBytes(bytes);
        var began = Now;
        var decision = sidecar.Modify(new HoldId(new Guid(bytes)), job, mark, wanted);
        _auditor.Waited(sidecar, began, Now);
        return _fates.Next(30) == 0 && !_allowWhenUnavailable ? null : decision;
    }
}
