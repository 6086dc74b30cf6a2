using SlurmBanking.Terms;

namespace SlurmBanking.Sidecar.Outbox;

/// <param name="Outcome">What came of it.</param>
/// <param name="Problem">In words; "" when delivered. Holds the bank's own body when it refused.</param>
/// <param name="RetryAfter">How long the bank asked to be left alone.</param>
/// <param name="WasThere">The bank had it before: from an attempt whose answer got lost, or from another sidecar.</param>
/// <param name="Stored">With which amount; null when that was not asked.</param>
internal sealed record DeliveryResult(
    DeliveryOutcome Outcome,
    string Problem = "",
    TimeSpan? RetryAfter = null,
    bool WasThere = false,
    ServiceUnits? Stored = null
);
