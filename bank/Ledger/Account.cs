namespace SlurmBanking.Bank.Ledger;

/// <summary>A holder of funds: a project.</summary>
/// <param name="Name">Its name, as Slurm's account.</param>
/// <param name="Allocation">What it may spend.</param>
public sealed record Account(string Name, Allocation Allocation);
