namespace SlurmBanking.Operator.Credentials;

/// <summary>A certificate and its private key, PEM.</summary>
internal sealed record KeyPair(string Certificate, string Key);
