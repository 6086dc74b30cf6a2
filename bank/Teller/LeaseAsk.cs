using SlurmBanking.Bank.Ledger;

namespace SlurmBanking.Bank.Teller;

/// <summary>What a cluster tells and wants of an account's limits.</summary>
/// <param name="Sequence">More than that of any earlier one; null for who does not count: it is taken as it comes.</param>
/// <param name="Requests">The one on the project's own limit first, then those of users, each once.</param>
public sealed record LeaseAsk(long? Sequence, IReadOnlyList<LeaseRequest> Requests);
