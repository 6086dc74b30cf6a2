using SlurmBanking.Terms;

namespace SlurmBanking.Simulation.Tests;

/// <summary>A job, or one task of an array, as Slurm has it.</summary>
internal sealed class SimulatedJob
{
    public required uint Id { get; set; }

    public uint? ArrayId { get; init; }

    /// <summary>Of an array: its index.</summary>
    public uint? Task { get; init; }

    public required uint Uid { get; init; }

    public required string Account { get; set; }

    /// <summary>Where it may run; it runs in one of them.</summary>
    public required string[] Partitions { get; init; }

    public required long Cpus { get; set; }

    public required TimeSpan Limit { get; set; }

    public required DateTimeOffset Submitted { get; set; }

    /// <summary>When slurmctld put it into its queue: not before, it is neither listed nor started.</summary>
    public DateTimeOffset Entered { get; init; }

    public HoldMark? Mark { get; init; }

    /// <summary>Accepted, with all that was changed since, on what the bank had said, not waved through.</summary>
    public bool Decided { get; set; }

    public uint Restart { get; set; }

    public List<SimulatedRun> Runs { get; } = [];

    public SimulatedRun? Running { get; set; }

    /// <summary>
    /// Requeued, and the epilog of its run goes on until then: it has that run's nodes and the next one's restart count, and is
    /// queued again after it, unless it is cancelled meanwhile.
    /// </summary>
    public DateTimeOffset? InEpilogUntil { get; set; }

    /// <summary>When it left Slurm's queue for good; it is listed a while longer.</summary>
    public DateTimeOffset? Over { get; set; }

    /// <summary>Of an array: not yet split off into a record of its own.</summary>
    public bool InMetaRecord { get; set; }

    public bool Pending => Over is null && Running is null;

    public long EstimateInHundredths => Partitions.Max(name => Tariff.Hundredths(name, Cpus, Limit));

    /// <summary>Whose account that is on: a requeued job may move to another one, but what its first run cost stays where it was.</summary>
    public string Payer => Runs.Count > 0 ? Runs[0].Account : Account;

    /// <summary>
    /// What its acceptance may cost: the estimate, of the dearest partition and then of its own, until its first run has ended;
    /// then what that cost.
    /// </summary>
    public long ExposureInHundredths =>
        Runs.Count > 0
            ? Runs[0].End is null
                ? Runs[0].EstimateInHundredths
                : Runs[0].ActualInHundredths
            : Over is null
                ? EstimateInHundredths
                : 0;
}
