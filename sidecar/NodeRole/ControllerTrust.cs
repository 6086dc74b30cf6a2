using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using SlurmBanking.Sidecar.Messages;

namespace SlurmBanking.Sidecar.NodeRole;

/// <summary>Whether a server is the controller's sidecar: a certificate for its name, signed by a CA of the file.</summary>
/// <param name="caFile">PEM; read for every connection, so that a change takes effect with the next. Null for the system's CAs.</param>
internal sealed class ControllerTrust(string? caFile)
{
    private volatile string _problem = "";

    /// <summary>Why the last certificate was not trusted; "" when it was.</summary>
    public string Problem => _problem;

    public bool IsTrusted(X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        _problem = Judge(certificate, chain, errors);
        return _problem.Length == 0;
    }

    private string Judge(X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (certificate is not X509Certificate2 server || chain is null)
        {
            return Problems.NoCertificate;
        }

        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
        {
            return Problems.OtherName;
        }

        if (caFile is null)
        {
            return errors == SslPolicyErrors.None ? "" : Problems.NotTrusted(Reasons(chain));
        }

        try
        {
            chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
            chain.ChainPolicy.CustomTrustStore.Clear();
            chain.ChainPolicy.CustomTrustStore.ImportFromPemFile(caFile);
            return chain.Build(server) ? "" : Problems.NoCaVouches(caFile, Reasons(chain));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            return Problems.FileUnreadable(caFile, e.Message);
        }
    }

    private static string Reasons(X509Chain chain) =>
        string.Join(", ", chain.ChainStatus.Select(static status => status.Status.ToString()).Distinct());
}
