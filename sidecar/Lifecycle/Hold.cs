using SlurmBanking.Terms;

namespace SlurmBanking.Sidecar.Lifecycle;

/// <summary>An earmark for tasks of one submission that have not started.</summary>
internal sealed record Hold
{
    public required HoldId Id { get; init; }

    public required string Account { get; init; }

    public required uint Uid { get; init; }

    public required string Partition { get; init; }

    public string Qos { get; init; } = "";

    /// <summary>Cost of one task.</summary>
    public required ServiceUnits Unit { get; init; }

    /// <summary>Tasks that have not started: 1 for a plain job, 0 once it runs.</summary>
    public required long Tasks { get; init; }

    public required DateTimeOffset Submitted { get; init; }

    /// <summary>Null until the hold is seen in the queue. Of an array: its array_job_id.</summary>
    public uint? JobId { get; init; }

    /// <summary>Complete listings in a row, begun well after the submission, that did not have it.</summary>
    public int Absences { get; init; }

    /// <summary>Nobody was asked: the outage policy let it in, or it never met the plugin. It is billed like any other.</summary>
    public bool LetIn { get; init; }

    public ServiceUnits Amount => Unit * Tasks;
}
