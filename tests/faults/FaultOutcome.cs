namespace SlurmBanking.Faults.Tests;

/// <summary>What a workload with a fault came to.</summary>
/// <param name="Lost">Runs whose settled cost at the bank is missing or too low.</param>
/// <param name="Double">Runs that cost more than they should, and records of runs that never were.</param>
/// <param name="Problems">Whatever else is not as it is without the fault, in words.</param>
/// <param name="Strikes">How often the fault struck.</param>
/// <param name="Took">Duration.</param>
public sealed record FaultOutcome(int Lost, int Double, IReadOnlyList<string> Problems, int Strikes, TimeSpan Took);
