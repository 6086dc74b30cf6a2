using Microsoft.Data.Sqlite;
using SlurmBanking.Sidecar.Intake;
using SlurmBanking.Sidecar.Messages;
using SlurmBanking.Sidecar.Pricing;
using SlurmBanking.Sidecar.Telemetry;
using SlurmBanking.Terms;
using SlurmBanking.Wire;
using SlurmBanking.Wire.Hooks;

namespace SlurmBanking.Sidecar.NodeRole;

/// <summary>Answers slurmstepd: starts are kept, everything else belongs to the controller.</summary>
internal sealed class NodeDesk(StartStore store, NodeOptions options, SidecarMetrics metrics, ILogger<NodeDesk> logger) : IHookDesk
{
    /// <summary>How long a step's launch waits for a receipt.</summary>
    private const uint FactDeadlineMs = 100;

    private const uint Root = 0;

    /// <summary>Never: a node has no configuration.</summary>
    public event Action? TermsChanged
    {
        add { }
        remove { }
    }

    public string Serves => $"controller {options.Controller.GetLeftPart(UriPartial.Authority)}";

    public string? RefusalOf(uint uid) => uid == Root ? null : Answers.OnlyRoot;

    /// <summary>Whether starts are wanted is the controller's to say, when they reach it.</summary>
    public Welcome Terms(Hook hook) =>
        new()
        {
            Protocol = Frame.Protocol,
            FactDeadlineMs = FactDeadlineMs,
            Enabled = true,
        };

    public Reply Answer(Request request)
    {
        try
        {
            return request.BodyCase switch
            {
                Request.BodyOneofCase.Hello => Greet(request.Hello),
                Request.BodyOneofCase.Start => Take(request.Start),
                _ => Misplaced(),
            };
        }
        catch (SqliteException e)
        {
            Log.JournalFailed(logger, e.Message);
            return HookDesk.Reject(Rejection.Types.Reason.NotNow, Answers.NodeStateFails);
        }
        catch (Exception e)
        {
            Log.RequestFailed(logger, e);
            return HookDesk.Reject(Rejection.Types.Reason.NotNow, Answers.Failed);
        }
    }

    public Reply Answer(HoldId hold, JobRequest job, Reply spare) => Misplaced();

    private static Reply Misplaced() => HookDesk.Reject(Rejection.Types.Reason.NotUnderstood, Answers.NodeTakesStarts);

    private Reply Greet(Hello hello) =>
        hello.Protocol < Frame.Protocol
            ? HookDesk.Reject(Rejection.Types.Reason.NotUnderstood, Answers.OtherProtocol(hello.Protocol, Frame.Protocol))
            : new Reply { Welcome = Terms(hello.Hook) };

    private Reply Take(Start start)
    {
        if (StartFacts.Hint(start) is not { } hint)
        {
            return HookDesk.Reject(Rejection.Types.Reason.NotUnderstood, Answers.StartMalformed(StartBounds.MaxNodeLength));
        }

        store.Add(hint);
        metrics.Fact("start");
        Log.StartReported(logger, start.JobId, start.Node);
        return new Reply { Receipt = new Receipt() };
    }
}
