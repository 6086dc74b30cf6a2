using SlurmBanking.Sidecar.Messages;
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
    /// <param name="Footprint">What one task is granted; null where the partition has no price: the cost is 0.</param>
    /// <param name="Time">For how long.</param>
    internal sealed record Priced(string Partition, ServiceUnits Unit, long Tasks, Rates Rates, Footprint? Footprint, TimeSpan Time)
        : Quote,
            IClaim
    {
        public ServiceUnits Total => Unit * Tasks;

        /// <summary>The partition has no price, which is worth a log line.</summary>
        public bool Unpriced => Footprint is null;

        /// <summary>How the cost came about, for a person. Most accepted jobs' nobody reads.</summary>
        public string How =>
            Footprint is not { } footprint ? $"partition {Partition} has no price"
            : Tasks == 1 ? Rates.Explain(footprint, Time)
            : $"{Tasks} tasks x {Rates.Explain(footprint, Time)}";

        ServiceUnits IClaim.Amount => Total;

        string IClaim.What => "job";

        string IClaim.Explanation => Refusals.MayCost(Total, How);
    }

    /// <summary>The request can't be priced, and policy or the ledger's bounds refuse it.</summary>
    /// <param name="Reason">For the user, without the product's prefix.</param>
    internal sealed record Refused(string Reason) : Quote;
}
