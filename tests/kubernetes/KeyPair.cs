using System.Security.Cryptography.X509Certificates;

namespace SlurmBanking.Kubernetes.Tests;

/// <summary>A certificate and its private key, both PEM.</summary>
public sealed record KeyPair(string Certificate, string Key)
{
    /// <summary>In the form that SslStream takes.</summary>
    public X509Certificate2 Load()
    {
        using var certificate = X509Certificate2.CreateFromPem(Certificate, Key);
        return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null);
    }
}
