using SlurmBanking.Wire.Hooks;

namespace SlurmBanking.Simulation.Tests;

/// <summary>The active slurmctld: starts jobs and ends them, and lets jobcomp and slurmstepd report it.</summary>
internal sealed class Slurmctld(SimulatedSlurm slurm, Agenda agenda, Faults faults, Random random, bool reports, Action<string> say)
{
    /// <summary>Slurm's times have no fractions.</summary>
    private DateTimeOffset Second => DateTimeOffset.FromUnixTimeSeconds(agenda.Now.ToUnixTimeSeconds());

    /// <summary>Goes once through all jobs.</summary>
    /// <param name="active">Whose slurmctld is at work; null while none is: nothing starts or ends then.</param>
    public void Work(SimulatedHost? active)
    {
        if (active is null)
        {
            return;
        }

        foreach (var job in slurm.Jobs.FindAll(job => job.Over is null && job.Entered <= agenda.Now))
        {
            if (job.Running is null)
            {
                Wait(job, active);
            }
            else
            {
                Progress(job, job.Running, active);
            }
        }
    }

    private void Wait(SimulatedJob job, SimulatedHost active)
    {
        if (job.Over is not null)
        {
            return;
        }

        if (job.InEpilogUntil is { } until)
        {
            if (agenda.Now >= until)
            {
                SimulatedSlurm.QueueAgain(job, Second);
            }
            else if (Chance(0.02))
            {
                // Nothing reports that.
                say($"job {job.Id} is cancelled while its run {job.Restart - 1} is cleaned up after");
                job.Over = Second;
            }

            return;
        }

        if (Chance(0.02))
        {
            say($"job {job.Id} is cancelled while pending");
            Report(slurm.Cancel(job, Second), active, mayBeLost: true);
        }
        else if (Chance(0.1))
        {
            slurm.Start(job, Second);
            say($"job {job.Id} starts run {job.Restart} in {job.Running!.Partition}");
            if (Chance(0.5))
            {
                active.Sidecar?.Report(
                    new Request
                    {
                        Start = new Start { JobId = job.Id, Uid = job.Uid },
                    }
                );
            }
        }
    }

    private void Progress(SimulatedJob job, SimulatedRun run, SimulatedHost active)
    {
        var atLimit = Second - run.Start >= job.Limit;
        var (state, requeue) =
            atLimit ? ("TIMEOUT", false)
            : Chance(0.05) ? ("COMPLETED", false)
            : faults.Healed ? ("", false)
            : random.Next(400) switch
            {
                0 or 1 => ("CANCELLED", false),
                2 or 3 => ("NODE_FAIL", false),
                4 or 5 => ("NODE_FAIL", true),
                6 or 7 or 8 => ("REQUEUED", true),
                _ => ("", false),
            };
        if (state.Length == 0)
        {
            return;
        }

        // slurmctld looks at limits itself: a run is not longer than its limit, whatever our steps are. It counts in seconds.
        var end = atLimit ? run.Start + job.Limit : Second;
        var suspended =
            requeue || !Chance(0.1) ? TimeSpan.Zero : TimeSpan.FromSeconds(random.Next((int)(end - run.Start).TotalSeconds + 1));
        var report = slurm.End(job, state, requeue, suspended, end);
        say($"job {job.Id} ends run {job.Restart}: {state}{(requeue ? ", requeued" : "")} after {run.Elapsed}");

        // The queue still shows a job that is over. Of a run that was requeued it shows no more than when; its report is
        // lost only where accounting tells the rest.
        Report(report, active, mayBeLost: !requeue || slurm.HasAccounting);
    }

    // jobcomp's report: lost, twice, in time for its receipt or left in the spool.
    private void Report(End end, SimulatedHost active, bool mayBeLost)
    {
        if (!reports)
        {
            return;
        }

        var request = new Request { End = end };
        for (var copies = Chance(0.1) ? 2 : 1; copies > 0; copies--)
        {
            if (mayBeLost && faults.Loses())
            {
                continue;
            }

            if (active.Sidecar is not { } sidecar || Chance(0.2) || !sidecar.Report(request))
            {
                active.Spool(request);
            }
        }
    }

    private bool Chance(double probability) => random.NextDouble() < probability;
}
