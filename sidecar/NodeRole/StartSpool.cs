using SlurmBanking.Sidecar.Configuration;
using SlurmBanking.Sidecar.Intake;
using SlurmBanking.Sidecar.Telemetry;
using SlurmBanking.Wire.Hooks;

namespace SlurmBanking.Sidecar.NodeRole;

/// <summary>A node's spool: starts that were left as files.</summary>
internal sealed class StartSpool(
    SidecarPaths paths,
    StartStore store,
    SlurmUser slurmUser,
    SidecarMetrics metrics,
    TimeProvider time,
    ILogger<StartSpool> logger
) : SpoolReader(paths, slurmUser, metrics, time, logger)
{
    protected override Task TakeAsync(Request request)
    {
        if (request.BodyCase != Request.BodyOneofCase.Start || StartFacts.Hint(request.Start) is not { } hint)
        {
            throw new InvalidDataException("no start of a job");
        }

        store.Add(hint);
        return Task.CompletedTask;
    }
}
