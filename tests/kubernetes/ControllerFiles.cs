namespace SlurmBanking.Kubernetes.Tests;

/// <summary>What a controller's sidecar reads, by path.</summary>
/// <param name="Config">bank-config.toml.</param>
/// <param name="TlsCertificate">PEM.</param>
/// <param name="TlsKey">PEM.</param>
/// <param name="NodeTokens">One per line.</param>
/// <param name="LoginTokens">One per line.</param>
public sealed record ControllerFiles(string Config, string TlsCertificate, string TlsKey, string NodeTokens, string LoginTokens);
