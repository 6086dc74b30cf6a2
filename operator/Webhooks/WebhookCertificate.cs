using System.Security.Cryptography.X509Certificates;
using SlurmBanking.Operator.Credentials;
using SlurmBanking.Operator.Messages;
using SlurmBanking.Operator.Telemetry;

namespace SlurmBanking.Operator.Webhooks;

/// <summary>The certificate that the webhook shows, from now to the next change.</summary>
internal sealed class WebhookCertificate(OperatorMetrics metrics, TimeProvider time, ILogger<WebhookCertificate> logger)
{
    private volatile X509Certificate2? _current;
    private string _seen = "";

    /// <summary>Null before there is one: the connection ends, and the API server goes on without the webhook.</summary>
    public X509Certificate2? Current => _current;

    /// <summary>Takes a pair; the same again is no news.</summary>
    public void Take(KeyPair pair)
    {
        if (pair.Certificate == _seen)
        {
            return;
        }

        // Kestrel wants the key in a form that only a round trip through PKCS #12 gives it.
        using var pem = X509Certificate2.CreateFromPem(pair.Certificate, pair.Key);
        var next = X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), null);

        // The old one is not disposed of: handshakes that have begun still use it.
        (_current, _seen) = (next, pair.Certificate);
        metrics.CertificateRemaining = () => next.NotAfter.ToUniversalTime() - time.GetUtcNow().UtcDateTime;
        Log.CertificateInForce(logger, next.Subject, next.NotAfter.ToUniversalTime());
    }
}
