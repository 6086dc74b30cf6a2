namespace SlurmBanking.Bank.Storage;

/// <summary>A token as kept: its hash, from which it can't be had again.</summary>
/// <param name="Hash">SHA-256 of the key.</param>
/// <param name="Name">What the administrator calls it; unique.</param>
/// <param name="Scope">What it may do.</param>
/// <param name="Expires">First moment at which it is refused; null for never.</param>
public sealed record StoredToken(byte[] Hash, string Name, TokenScope Scope, DateTimeOffset? Expires);
