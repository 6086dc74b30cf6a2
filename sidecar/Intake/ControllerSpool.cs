using SlurmBanking.Sidecar.ClusterView;
using SlurmBanking.Sidecar.Configuration;
using SlurmBanking.Sidecar.Messages;
using SlurmBanking.Sidecar.Telemetry;
using SlurmBanking.Wire.Hooks;

namespace SlurmBanking.Sidecar.Intake;

/// <summary>The controller's spool: ends of jobs, and the starts of those that run on its own host.</summary>
internal sealed class ControllerSpool(
    SidecarPaths paths,
    Teller teller,
    Duty duty,
    SettingsStore settings,
    SlurmUser slurmUser,
    SidecarMetrics metrics,
    TimeProvider time,
    ILogger<ControllerSpool> logger
) : SpoolReader(paths, slurmUser, metrics, time, logger)
{
    protected override bool IsReady => settings.Current.Settings is not null && duty.IsActive;

    protected override Task TakeAsync(Request request)
    {
        switch (request.BodyCase)
        {
            case Request.BodyOneofCase.End:
                return teller.EndAsync(HookFacts.Run(request.End), doubtful: duty.HasPeers);
            case Request.BodyOneofCase.Start:
                Take(request.Start);
                return Task.CompletedTask;
            default:
                throw new InvalidDataException("neither a start nor an end of a job");
        }
    }

    // A hint: nothing of it has to be durable.
    private void Take(Start start)
    {
        if (start.JobId == 0 || start.Node.Length > StartBounds.MaxNodeLength)
        {
            throw new InvalidDataException(Answers.StartMalformed(StartBounds.MaxNodeLength));
        }

        if (settings.Current.Settings?.Enable.Spank != false)
        {
            teller.StartHint(start.Uid);
        }

        Log.StartReported(Logger, start.JobId, start.Node);
    }
}
