using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using SlurmBanking.Sidecar.Messages;

namespace SlurmBanking.Sidecar.Intake;

/// <summary>
/// The certificate that the TCP port shows: PEM files, the certificate first and whatever leads to its CA behind it. A changed
/// pair is taken for new connections; one that can't be used is reported, and the old one stays.
/// </summary>
internal sealed class CertificateStore(RemotePort port, TimeProvider time, ILogger<CertificateStore> logger)
{
    private volatile SslServerAuthenticationOptions? _options;
    private volatile X509Certificate2? _certificate;
    private string? _seen;
    private string? _problem;
    private string? _problemOf;

    /// <summary>How long the certificate is still good; negative when it has expired, zero when there is none.</summary>
    public TimeSpan Remaining =>
        _certificate is { } current ? current.NotAfter.ToUniversalTime() - time.GetUtcNow().UtcDateTime : TimeSpan.Zero;

    /// <exception cref="InvalidOperationException">There is none yet that could be used: the connection ends.</exception>
    public SslServerAuthenticationOptions Current => _options ?? throw new InvalidOperationException("no certificate can be used yet");

    /// <summary>Looks at the files, and takes them when they have changed and can be used.</summary>
    public void Refresh()
    {
        try
        {
            var (chain, key) = (File.ReadAllText(port.CertificateFile), File.ReadAllText(port.KeyFile));
            var seen = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(chain + '\0' + key)));
            if (seen != _seen)
            {
                _seen = seen;
                Take(chain, key);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            Report(e.Message);
        }
    }

    private void Take(string chain, string key)
    {
        var certificate = X509Certificate2.CreateFromPem(chain, key);
        var issuers = new X509Certificate2Collection();
        issuers.ImportFromPem(chain);

        // The old pair is not disposed of: handshakes that have begun still use it.
        _options = new SslServerAuthenticationOptions
        {
            ServerCertificateContext = SslStreamCertificateContext.Create(certificate, issuers, offline: true),
            ApplicationProtocols = [SslApplicationProtocol.Http2],
        };
        _certificate = certificate;
        Log.CertificateInForce(logger, port.CertificateFile, certificate.NotAfter.ToUniversalTime());
    }

    private void Report(string problem)
    {
        // A file that can't be read is looked at again and again, and reported once.
        if (_problem != problem || _seen != _problemOf)
        {
            (_problem, _problemOf) = (problem, _seen);
            Log.CertificateUnusable(logger, port.CertificateFile, port.KeyFile, problem);
        }
    }
}
