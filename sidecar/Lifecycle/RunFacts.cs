using SlurmBanking.Sidecar.Pricing;
using SlurmBanking.Terms;

namespace SlurmBanking.Sidecar.Lifecycle;

/// <summary>What is known of a run, whoever reported it: jobcomp's end record or a listing of the queue.</summary>
internal sealed record RunFacts
{
    public required uint JobId { get; init; }

    public uint? ArrayJobId { get; init; }

    /// <summary>Of an array's task: its index.</summary>
    public uint? Task { get; init; }

    public uint Restart { get; init; }

    public required uint Uid { get; init; }

    public required string Account { get; init; }

    public required string Partition { get; init; }

    public string Qos { get; init; } = "";

    /// <summary>Slurm's name of the state, without flags.</summary>
    public required string State { get; init; }

    public HoldMark? Mark { get; init; }

    public DateTimeOffset? Submit { get; init; }

    public DateTimeOffset? Start { get; init; }

    /// <summary>Null while it runs.</summary>
    public DateTimeOffset? End { get; init; }

    /// <summary>Time used, without suspended time; never negative.</summary>
    public TimeSpan Elapsed { get; init; }

    public TimeSpan? TimeLimit { get; init; }

    /// <summary>Hostlist expression.</summary>
    public string Nodes { get; init; } = "";

    public TresCounts Tres { get; init; } = TresCounts.None;

    public long? RequestedNodes { get; init; }

    /// <summary>The run goes on with another allocation: these are the facts of the one that ended, and the time until then.</summary>
    public bool Resizing { get; init; }

    /// <summary>What it had before <see cref="Tres"/>, and is part of <see cref="Elapsed"/>, where the source of the facts tells.</summary>
    public IReadOnlyList<Usage> Before { get; init; } = [];
}
