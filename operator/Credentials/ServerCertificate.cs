namespace SlurmBanking.Operator.Credentials;

/// <summary>What the controller's sidecar shows.</summary>
/// <param name="Pair">Certificate and key.</param>
/// <param name="Created">Since when it exists.</param>
/// <param name="Signer">Since when the CA exists that signed it.</param>
/// <param name="Names">DNS names that it is for.</param>
internal sealed record ServerCertificate(KeyPair Pair, DateTimeOffset Created, DateTimeOffset Signer, IReadOnlyList<string> Names);
