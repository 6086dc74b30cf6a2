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

    /// <summary>What it got, and who pays: its job may ask for something else before its next run.</summary>
    public required long Cpus { get; init; }

    public required string Account { get; init; }

    /// <summary>The job's time limits while it ran.</summary>
    public required List<TimeSpan> Limits { get; init; }

    public DateTimeOffset? End { get; set; }

    public TimeSpan Suspended { get; set; }

    public string State { get; set; } = "RUNNING";

    public TimeSpan Elapsed => End is { } end && end - Start > Suspended ? end - Start - Suspended : TimeSpan.Zero;

    public string BankId => Restart == 0 ? $"{Id}" : $"{Id}:{Restart}";

    /// <summary>What it may cost by its present time limit.</summary>
    public long EstimateInHundredths => Of(Limits[^1]);

    /// <summary>What may have been charged when it was first seen.</summary>
    public IEnumerable<long> Charges => Limits.Select(Of);

    /// <summary>By hand: CPUs × time used × price; nothing where the node failed.</summary>
    public long ActualInHundredths => State == "NODE_FAIL" ? 0 : Of(Elapsed);

    private long Of(TimeSpan time) => Tariff.Hundredths(Partition, Cpus, time);
}
