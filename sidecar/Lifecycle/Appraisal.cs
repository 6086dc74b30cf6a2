using SlurmBanking.BankConfig;
using SlurmBanking.Sidecar.Pricing;

namespace SlurmBanking.Sidecar.Lifecycle;

/// <summary>What a submission may cost and what would be decided about it; nothing is held.</summary>
/// <param name="Decision">As if nobody observed.</param>
/// <param name="Account">That would pay; "" when none is known.</param>
/// <param name="Quote">Null when it can't be priced.</param>
/// <param name="Mode">Whether it would be refused for that.</param>
/// <param name="Sheet">Of the account; null when there is none.</param>
internal sealed record Appraisal(Decision Decision, string Account, Quote.Priced? Quote, PolicyMode Mode, BalanceSheet? Sheet);
