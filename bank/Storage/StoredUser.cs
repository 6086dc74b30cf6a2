namespace SlurmBanking.Bank.Storage;

/// <summary>What the bank knows of a uid.</summary>
/// <param name="Uid">The uid on the cluster, digits.</param>
/// <param name="Name">The login name; null when nobody has said.</param>
/// <param name="Email">The mail address; null when nobody has said.</param>
public sealed record StoredUser(string Uid, string? Name, string? Email);
