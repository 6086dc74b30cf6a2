namespace SlurmBanking.Slurm.Tests.Scenarios;

/// <summary>What a scenario has cost.</summary>
/// <param name="Expected">By hand: from what was asked for and Slurm's own clock.</param>
/// <param name="Actual">At the bank.</param>
/// <param name="Late">
/// How much more it may be where jobcomp can't read Slurm's records: what only the queue shows then is seen when it is listed.
/// </param>
public sealed record Outcome(decimal Expected, decimal Actual, decimal Late = 0);
