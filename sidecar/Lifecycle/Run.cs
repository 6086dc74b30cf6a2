using SlurmBanking.Sidecar.Pricing;
using SlurmBanking.Terms;

namespace SlurmBanking.Sidecar.Lifecycle;

/// <summary>One run of a job: from its start to its settlement.</summary>
internal sealed record Run
{
    public required RunKey Key { get; init; }

    /// <summary>Of an array's task: the array's id, under which the queue lists what has no mark.</summary>
    public uint? ArrayJobId { get; init; }

    /// <summary>Of an array's task: its index.</summary>
    public uint? Task { get; init; }

    public required string Account { get; init; }

    public required uint Uid { get; init; }

    public required string Partition { get; init; }

    public required RunState State { get; init; }

    /// <summary>The prices in force when it started.</summary>
    public required Rates Rates { get; init; }

    /// <summary>What its allocation costs if it uses all of its time limit; what is charged at the start.</summary>
    public required ServiceUnits Estimate { get; init; }

    /// <summary>
    /// What it may cost beyond <see cref="Estimate"/>, because its time limit was raised or it got more while it ran. Held here alone:
    /// the bank is told once more, at the end.
    /// </summary>
    public ServiceUnits TopUp { get; init; }

    /// <summary>When its job was submitted.</summary>
    public DateTimeOffset? Submit { get; init; }

    public DateTimeOffset? Start { get; init; }

    /// <summary>What it was allocated, as Slurm writes it.</summary>
    public string Tres { get; init; } = "";

    /// <summary>What it had before, one after another, when its size was changed; null when it never was.</summary>
    public IReadOnlyList<Usage>? Before { get; init; }

    /// <summary>What it cost; null while it runs.</summary>
    public ServiceUnits? Actual { get; init; }

    /// <summary>The time that <see cref="Estimate"/> is for; null for a run that an older sidecar opened.</summary>
    public TimeSpan? Limit { get; init; }

    /// <summary>For how long it used its last allocation; null while it runs.</summary>
    public TimeSpan? Used { get; init; }

    /// <summary>Slurm's word for its end; "" while it runs.</summary>
    public string EndState { get; init; } = "";

    /// <summary>The bank has confirmed the charge of <see cref="Estimate"/>.</summary>
    public bool ChargeConfirmed { get; init; }

    /// <summary>The bank would not take the charge.</summary>
    public bool ChargeParked { get; init; }

    /// <summary>When the bank confirmed the settlement, or the record was parked.</summary>
    public DateTimeOffset? Closed { get; init; }

    /// <summary>Of its hold: nobody was asked.</summary>
    public bool LetIn { get; init; }

    /// <inheritdoc cref="Hold.TraceRoot"/>
    public string? TraceRoot { get; init; }

    /// <summary>
    /// The <see cref="Book.Term"/> in which its end was taken in, and then that in which the bank confirmed it; an earlier one when
    /// the end was said long before.
    /// </summary>
    public long Term { get; init; }

    /// <summary>What is spent but not yet in the bank's balance.</summary>
    public ServiceUnits Outstanding
    {
        get
        {
            var charged = ChargeConfirmed ? Estimate : ServiceUnits.Zero;
            var due = State switch
            {
                RunState.Charging => Estimate + TopUp - charged,
                RunState.Charged => TopUp,
                RunState.Settling => (Actual ?? Estimate) - charged,
                _ => ServiceUnits.Zero,
            };
            return due > ServiceUnits.Zero ? due : ServiceUnits.Zero;
        }
    }

    /// <summary>What an allocation may cost for a time beyond what was charged.</summary>
    public ServiceUnits TopUpFor(TresCounts tres, TimeSpan limit)
    {
        var most = Rates.TryCost(tres, limit, out var cost) ? cost : ServiceUnits.Max;
        return most > Estimate ? most - Estimate : ServiceUnits.Zero;
    }
}
