using SlurmBanking.Wire.Banking;

namespace SlurmBanking.Operator.Reconciliation;

/// <summary>What the controller's sidecar last said; nothing is known before it was asked.</summary>
/// <param name="Status">Null when it gave no answer.</param>
/// <param name="Problem">Why there is none; "" when there is, or when it was not asked yet.</param>
internal sealed record Observation(StatusReply? Status, string Problem)
{
    public static readonly Observation None = new(null, "");

    /// <summary>Whether a report about one would read like a report about the other.</summary>
    public bool SaysTheSameAs(Observation other) => Problem == other.Problem && Essence() == other.Essence();

    private string Essence() =>
        Status is null
            ? ""
            : string.Join(
                '\n',
                [
                    Status.Configuration?.Hash,
                    $"{Status.Configuration?.Degraded}",
                    .. Status.Configuration?.Problems ?? [],
                    $"{Status.Bank?.State}",
                    $"{Status.View?.Ready}",
                    .. Status.View?.Partitions ?? [],
                    "",
                    .. Status.View?.UnpricedPartitions ?? [],
                ]
            );
}
