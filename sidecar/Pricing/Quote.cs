using SlurmBanking.Terms;

namespace SlurmBanking.Sidecar.Pricing;

/// <summary>A priced offer for a request, or why there is none.</summary>
internal abstract record Quote
{
    private Quote() { }

    /// <summary>The request can be priced.</summary>
    /// <param name="Partition">The partition that the price is of: the dearest of a list.</param>
    /// <param name="Unit">Cost of one task of an array, or of the job.</param>
    /// <param name="Tasks">Tasks of the array, 1 for a plain job.</param>
    /// <param name="Rates">The prices used.</param>
    /// <param name="How">How the cost came about, for a person.</param>
    /// <param name="Unpriced">The partition has no price: the cost is 0 and that is worth a log line.</param>
    internal sealed record Priced(string Partition, ServiceUnits Unit, long Tasks, Rates Rates, string How, bool Unpriced) : Quote
    {
        public ServiceUnits Total => Unit * Tasks;

        public Claim Claim => new(Total, "job", $"it may cost up to {Total} SU ({How})");
    }

    /// <summary>The request can't be priced, and policy or the ledger's bounds refuse it.</summary>
    /// <param name="Reason">For the user, without the product's prefix.</param>
    internal sealed record Refused(string Reason) : Quote;
}
