using Kind = SlurmBanking.Wire.Banking.Difference.Types.Kind;

namespace SlurmBanking.Sidecar.Reconciliation;

/// <summary>The words for kinds of differences, in tables and in JSON.</summary>
internal static class ReconcileWords
{
    public static string Of(Kind kind) =>
        kind switch
        {
            Kind.Missing => "missing",
            Kind.Amount => "amount",
            Kind.Open => "open",
            Kind.Waiting => "waiting",
            Kind.Parked => "parked",
            Kind.Conflict => "conflict",
            Kind.Stray => "stray",
            Kind.Unbillable => "unbillable",
            Kind.Unpriced => "unpriced",
            Kind.PricesUnknown => "prices-unknown",
            _ => "unknown",
        };
}
