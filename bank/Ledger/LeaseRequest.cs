using SlurmBanking.Terms;

namespace SlurmBanking.Bank.Ledger;

/// <summary>What a cluster tells and wants of one limit.</summary>
/// <param name="Uid">The user whose cap is meant; <see cref="Lease.OfProject"/> for the project's limit.</param>
/// <param name="Held">Its holds that are not charged yet; zero or more.</param>
/// <param name="Want">How much lease it would like in all; at least <paramref name="Held"/>.</param>
public sealed record LeaseRequest(string Uid, ServiceUnits Held, ServiceUnits Want);
