namespace SlurmBanking.Simulation.Tests;

/// <summary>One run as it really was: the auditor's own record, which the sidecar never sees.</summary>
internal sealed class SimulatedRun
{
    public required SimulatedJob Job { get; init; }

    /// <summary>Its job's id when it ran.</summary>
    public required uint Id { get; init; }

    public required uint Restart { get; init; }

    public required string Partition { get; init; }

    /// <summary>When its job was submitted, or queued again.</summary>
    public required DateTimeOffset Submitted { get; init; }

    public required DateTimeOffset Start { get; init; }

    public DateTimeOffset? End { get; set; }

    public TimeSpan Suspended { get; set; }

    public string State { get; set; } = "RUNNING";

    public TimeSpan Elapsed => End is { } end && end - Start > Suspended ? end - Start - Suspended : TimeSpan.Zero;

    public string BankId => Restart == 0 ? $"{Id}" : $"{Id}:{Restart}";

    public long EstimateInHundredths => Tariff.Hundredths(Partition, Job.Cpus, Job.Limit);

    /// <summary>By hand: CPUs × time used × price; nothing where the node failed.</summary>
    public long ActualInHundredths => State == "NODE_FAIL" ? 0 : Tariff.Hundredths(Partition, Job.Cpus, Elapsed);
}
