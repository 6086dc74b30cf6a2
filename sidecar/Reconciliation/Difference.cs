using SlurmBanking.Terms;

namespace SlurmBanking.Sidecar.Reconciliation;

/// <summary>One run in which the bank differs from Slurm's accounting.</summary>
/// <param name="Kind">How.</param>
/// <param name="BankId">Of the run, at the bank.</param>
/// <param name="Account">That pays; "" when none does.</param>
/// <param name="User">Its uid.</param>
/// <param name="Partition">"" when it is not known.</param>
/// <param name="State">Slurm's word for how the run ended; of a stray what the bank has.</param>
/// <param name="Start">When it started.</param>
/// <param name="End">When it ended.</param>
/// <param name="Expected">What it costs by Slurm's accounting; null when Slurm does not know it, or nobody pays.</param>
/// <param name="Told">What the bank has; null when that is nothing.</param>
/// <param name="Note">For a person; "" when the kind says all.</param>
internal sealed record Difference(
    DifferenceKind Kind,
    string BankId,
    string Account,
    string User,
    string Partition,
    string State,
    DateTimeOffset? Start,
    DateTimeOffset? End,
    ServiceUnits? Expected,
    ServiceUnits? Told,
    string Note = ""
)
{
    /// <summary>Its settlement has been put into the outbox.</summary>
    public bool Posted { get; init; }

    /// <summary>It can be put right by telling the bank what the run cost.</summary>
    public bool CanBePosted => Kind is DifferenceKind.Missing or DifferenceKind.Amount or DifferenceKind.Open;

    /// <summary>Worth knowing, but the bank has what it should have as far as can be known.</summary>
    public bool IsRemark => Kind is DifferenceKind.Unbillable or DifferenceKind.Unpriced or DifferenceKind.PricesUnknown;
}
