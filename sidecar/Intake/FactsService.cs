using Grpc.Core;
using SlurmBanking.Sidecar.Configuration;
using SlurmBanking.Sidecar.Messages;
using SlurmBanking.Sidecar.Telemetry;
using SlurmBanking.Wire.Banking;

namespace SlurmBanking.Sidecar.Intake;

/// <summary>Takes what nodes' sidecars report (spec/banking.proto, Facts).</summary>
internal sealed class FactsService(Teller teller, SettingsStore settings, SidecarMetrics metrics, ILogger<FactsService> logger)
    : Facts.FactsBase
{
    public override Task<ReportStartsReply> ReportStarts(ReportStartsRequest request, ServerCallContext context)
    {
        if (request.Starts.Count > StartBounds.MaxStarts)
        {
            throw Malformed(Answers.TooManyStarts(request.Starts.Count, StartBounds.MaxStarts));
        }

        foreach (var start in request.Starts)
        {
            if (start.JobId == 0 || start.Node.Length > StartBounds.MaxNodeLength)
            {
                throw Malformed(Answers.StartMalformed(StartBounds.MaxNodeLength));
            }
        }

        // The queue says the rest. Nothing is kept of a hint, so one that comes twice is one.
        if (settings.Current.Settings?.Enable.Spank != false)
        {
            foreach (var user in request.Starts.Select(static start => start.Uid).Distinct())
            {
                teller.StartHint(user);
            }
        }

        foreach (var start in request.Starts)
        {
            metrics.Fact("forwarded");
            Log.StartReported(logger, start.JobId, start.Node);
        }

        return Task.FromResult(new ReportStartsReply { Taken = (uint)request.Starts.Count });
    }

    private static RpcException Malformed(string why) => new(new Status(StatusCode.InvalidArgument, why));
}
