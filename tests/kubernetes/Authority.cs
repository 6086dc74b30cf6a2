using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace SlurmBanking.Kubernetes.Tests;

/// <summary>A CA of the tests' own.</summary>
public sealed class Authority : IDisposable
{
    private static readonly DateTimeOffset Begin = TimeProvider.System.GetUtcNow().AddHours(-1);
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly X509Certificate2 _certificate;

    public Authority(string name)
    {
        var request = new CertificateRequest($"CN={name}", _key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(
            new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign | X509KeyUsageFlags.DigitalSignature, true)
        );
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        _certificate = request.CreateSelfSigned(Begin, Begin.AddDays(10));
    }

    public string CertificatePem => _certificate.ExportCertificatePem() + "\n";

    public string KeyPem => _key.ExportPkcs8PrivateKeyPem() + "\n";

    public X509Certificate2 Certificate => _certificate;

    /// <summary>A certificate for a server on loopback, by these names beside localhost and 127.0.0.1.</summary>
    public KeyPair IssueServer(string name, params string[] names)
    {
        var alternatives = new SubjectAlternativeNameBuilder();
        alternatives.AddDnsName("localhost");
        alternatives.AddIpAddress(IPAddress.Loopback);
        foreach (var other in names)
        {
            if (IPAddress.TryParse(other, out var address))
            {
                alternatives.AddIpAddress(address);
            }
            else
            {
                alternatives.AddDnsName(other);
            }
        }

        return Issue($"CN={name}", "1.3.6.1.5.5.7.3.1", alternatives.Build());
    }

    /// <summary>A client's certificate: the API server takes CN as the user and O as a group.</summary>
    public KeyPair IssueClient(string user, string? group = null) =>
        Issue(group is null ? $"CN={user}" : $"O={group}, CN={user}", "1.3.6.1.5.5.7.3.2", null);

    public void Dispose()
    {
        _certificate.Dispose();
        _key.Dispose();
    }

    private KeyPair Issue(string subject, string usage, X509Extension? names)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(usage)], false));
        if (names is not null)
        {
            request.CertificateExtensions.Add(names);
        }

        using var certificate = request.Create(_certificate, Begin, Begin.AddDays(9), RandomNumberGenerator.GetBytes(12));
        return new KeyPair(certificate.ExportCertificatePem() + "\n", key.ExportPkcs8PrivateKeyPem() + "\n");
    }
}
