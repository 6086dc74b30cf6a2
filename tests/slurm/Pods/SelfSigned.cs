using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace SlurmBanking.Slurm.Tests.Pods;

/// <summary>A certificate that is its own CA, such as serves where the operator's are not at hand.</summary>
internal static class SelfSigned
{
    /// <returns>Certificate and key, both PEM.</returns>
    public static (string Certificate, string Key) For(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddHours(-1), now.AddDays(1));
        return (certificate.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
    }
}
