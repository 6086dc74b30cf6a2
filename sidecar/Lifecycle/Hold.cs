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

    /// <summary>Cost of one task; where they differ, of the cheapest.</summary>
    public required ServiceUnits Unit { get; init; }

    /// <summary>What tasks that somebody changed cost beyond <see cref="Unit"/>, all together.</summary>
    public ServiceUnits Extra { get; init; }

    /// <summary>Tasks that have not started: 1 for a plain job, 0 once it runs.</summary>
    public required long Tasks { get; init; }

    public required DateTimeOffset Submitted { get; init; }

    /// <summary>Null until the hold is seen in the queue. Of an array: its array_job_id.</summary>
    public uint? JobId { get; init; }

    /// <summary>Complete listings in a row, begun well after the submission, that did not have it.</summary>
    public int Absences { get; init; }

    /// <summary>Nobody was asked: the outage policy let it in, or it never met the plugin. It is billed like any other.</summary>
    public bool LetIn { get; init; }

    /// <summary>Id of the span of its decision; null when that was not traced, or was somebody else's.</summary>
    public string? TraceRoot { get; init; }

    /// <summary>
    /// Of an array, what tasks hold that somebody moved to other accounts; null for none. They are not among <see cref="Tasks"/>.
    /// </summary>
    public IReadOnlyList<Share>? Elsewhere { get; init; }

    /// <summary>What its account holds.</summary>
    public ServiceUnits Amount => (Unit * Tasks) + Extra;

    /// <summary>What each account holds.</summary>
    public IEnumerable<Share> Shares => [new Share(Account, Amount), .. Elsewhere ?? []];

    public ServiceUnits AmountOn(string account) =>
        Shares.Where(share => share.Account == account).Aggregate(ServiceUnits.Zero, static (sum, share) => sum + share.Amount);

    /// <summary>What some of its tasks hold at least; all of them hold all of it.</summary>
    public ServiceUnits AmountOf(long tasks) => tasks >= Tasks ? Amount : Unit * tasks;
}
