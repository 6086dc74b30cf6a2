using SlurmBanking.Sidecar.Pricing;
using SlurmBanking.Terms;

namespace SlurmBanking.Sidecar.Lifecycle;

/// <summary>What a hold, or a run on top of its charge, comes to once the queue shows a change.</summary>
/// <param name="Hold">The hold; of a run the one that it came from.</param>
/// <param name="Run">Null for a hold.</param>
/// <param name="Account">Whose.</param>
/// <param name="Amount">Of the hold, or of the run's top-up.</param>
/// <param name="More">How much of that is held for this change alone.</param>
/// <param name="Requests">What the job then asks for, by what of earlier changes was made; none of a run.</param>
/// <param name="Partial">The change is of some of its tasks alone.</param>
internal sealed record Expected(
    HoldId Hold,
    RunKey? Run,
    string Account,
    ServiceUnits Amount,
    ServiceUnits More,
    IReadOnlyList<JobRequest> Requests,
    bool Partial = false
);
