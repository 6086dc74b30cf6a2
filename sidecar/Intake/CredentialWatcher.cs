using SlurmBanking.Sidecar.Telemetry;

namespace SlurmBanking.Sidecar.Intake;

/// <summary>
/// Looks at the certificate and the tokens every half second, which sees every way of changing a file, the directory swap of a
/// mounted Secret included.
/// </summary>
internal sealed class CredentialWatcher(
    CertificateStore certificate,
    AccessTokens tokens,
    SidecarMetrics metrics,
    TimeProvider time,
    ILogger<CredentialWatcher> logger
) : SteadyLoop(metrics, time, logger)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    public override Task<TimeSpan> TurnAsync(CancellationToken cancellation)
    {
        certificate.Refresh();
        tokens.Refresh();
        return Task.FromResult(Interval);
    }
}
