using SlurmBanking.Terms;

namespace SlurmBanking.Bank.Storage;

/// <summary>A project's jobs that are charged an estimate and not settled yet.</summary>
/// <param name="Count">How many there are.</param>
/// <param name="Charged">The sum of what they are charged.</param>
/// <param name="Jobs">The largest of them, largest first.</param>
public sealed record UnsettledJobs(int Count, ServiceUnits Charged, IReadOnlyList<StoredJob> Jobs);
