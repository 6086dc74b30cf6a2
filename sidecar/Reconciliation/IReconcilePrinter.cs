using SlurmBanking.Wire.Banking;

namespace SlurmBanking.Sidecar.Reconciliation;

/// <summary>Writes what a reconciliation finds as it comes.</summary>
internal interface IReconcilePrinter
{
    void Print(Wire.Banking.Difference difference);

    /// <summary>Comes last; without it the output is not whole.</summary>
    void Print(ReconcileSummary summary);
}
