namespace SlurmBanking.Operator.Reconciliation;

/// <summary>A controller's sidecar, and what it should be doing.</summary>
/// <param name="Host">DNS name that its certificate is for.</param>
/// <param name="Port">TCP port.</param>
/// <param name="Authorities">CAs that may have signed the certificate, PEM.</param>
/// <param name="Token">Of scope login.</param>
/// <param name="ConfigHash">What it should report as in force.</param>
internal sealed record SidecarTarget(string Host, int Port, string Authorities, string Token, string ConfigHash)
{
    // A record prints its members, and one of them is a secret.
    public override string ToString() => $"{Host}:{Port}";
}
