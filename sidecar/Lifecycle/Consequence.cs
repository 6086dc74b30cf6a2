using SlurmBanking.Sidecar.Messages;
using SlurmBanking.Sidecar.Pricing;
using SlurmBanking.Terms;

namespace SlurmBanking.Sidecar.Lifecycle;

/// <summary>What a change of a job would come to.</summary>
/// <param name="Job">Which records, as Slurm was asked.</param>
/// <param name="Account">Whose account pays afterwards.</param>
/// <param name="Partition">Whose policy counts: that of the dearest of what changes.</param>
/// <param name="Total">What all that changes may cost afterwards.</param>
/// <param name="More">How much more than now must be there for it; zero for a change that costs nothing or gives something back.</param>
/// <param name="How">How the cost comes about, for a person.</param>
/// <param name="Expected">What the queue will show once the change is made.</param>
/// <param name="Refusal">Why the job can't be changed so, for the user; null when it can be priced.</param>
internal sealed record Consequence(
    string Job,
    string Account,
    string Partition,
    ServiceUnits Total,
    ServiceUnits More,
    string How,
    IReadOnlyList<Expected> Expected,
    string? Refusal = null
) : IClaim
{
    ServiceUnits IClaim.Amount => More;

    string IClaim.What => "change";

    string IClaim.Explanation => Refusals.MayThenCost(Total, How, More);
}
