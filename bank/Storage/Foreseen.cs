namespace SlurmBanking.Bank.Storage;

/// <summary>
/// What a piece of work on the books will ask for, so that a store can do it together with others that wait. It says nothing false: the
/// work writes to this project and to no other, or not at all. What it asks for besides is looked for when it asks.
/// </summary>
/// <param name="Account">The project.</param>
/// <param name="Uids">Users of it.</param>
/// <param name="Job">A job; null for none.</param>
/// <param name="Partition">The partition that earns; null for none.</param>
public sealed record Foreseen(string Account, IReadOnlyList<string> Uids, string? Job = null, string? Partition = null);
