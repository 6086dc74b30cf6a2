namespace SlurmBanking.Bank.Storage;

/// <summary>Which jobs to list; null means any.</summary>
/// <param name="User">The uid.</param>
/// <param name="Account">The project's name.</param>
/// <param name="JobSlurmId">The job's id.</param>
public sealed record JobFilter(string? User, string? Account, string? JobSlurmId);
