using SlurmBanking.Sidecar.ClusterView;
using SlurmBanking.Sidecar.Configuration;
using SlurmBanking.Sidecar.Telemetry;
using SlurmBanking.Wire.Hooks;

namespace SlurmBanking.Sidecar.Intake;

/// <summary>The controller's spool: ends of jobs.</summary>
internal sealed class EndSpool(
    SidecarPaths paths,
    Teller teller,
    Duty duty,
    SettingsStore settings,
    SlurmUser slurmUser,
    SidecarMetrics metrics,
    TimeProvider time,
    ILogger<EndSpool> logger
) : SpoolReader(paths, slurmUser, metrics, time, logger)
{
    protected override bool IsReady => settings.Current.Settings is not null && duty.IsActive;

    protected override Task TakeAsync(Request request) =>
        request.BodyCase == Request.BodyOneofCase.End
            ? teller.EndAsync(HookFacts.Run(request.End), doubtful: duty.HasPeers)
            : throw new InvalidDataException("no end of a job");
}
