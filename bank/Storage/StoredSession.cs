namespace SlurmBanking.Bank.Storage;

/// <summary>A person's session at the pages as kept: a hash, from which the cookie can't be had again.</summary>
/// <param name="Hash">SHA-256 of what the cookie says.</param>
/// <param name="Token">The hash of the token that it began with, and whose end is its own.</param>
/// <param name="Ends">First moment at which it is refused.</param>
public sealed record StoredSession(byte[] Hash, byte[] Token, DateTimeOffset Ends);
