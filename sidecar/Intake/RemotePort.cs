using System.Net;

namespace SlurmBanking.Sidecar.Intake;

/// <summary>The TCP port of a controller's sidecar: gRPC over TLS, always.</summary>
/// <param name="Endpoint">Where it listens.</param>
/// <param name="CertificateFile">PEM: its certificate, and those that lead to the CA.</param>
/// <param name="KeyFile">PEM: the certificate's private key.</param>
/// <param name="NodeTokensFile">Tokens that may report starts, one per line; null for none.</param>
/// <param name="LoginTokensFile">Tokens that may ask for a user, one per line; null for none.</param>
internal sealed record RemotePort(
    IPEndPoint Endpoint,
    string CertificateFile,
    string KeyFile,
    string? NodeTokensFile,
    string? LoginTokensFile
);
