using Google.Protobuf.WellKnownTypes;
using SlurmBanking.Sidecar.Intake;
using SlurmBanking.Wire.Banking;
using SlurmBanking.Wire.Hooks;

namespace SlurmBanking.Sidecar.NodeRole;

/// <summary>From slurmstepd's report to what the controller's sidecar is told.</summary>
internal static class StartFacts
{
    private const long EndOfYear9999 = 253_402_300_800;

    /// <summary>Null when it names no job, or a node that none can be called: the controller would not take it.</summary>
    public static StartHint? Hint(Start start) =>
        start.JobId == 0 || start.Node.Length > StartBounds.MaxNodeLength
            ? null
            : new StartHint
            {
                JobId = start.JobId,
                Uid = start.Uid,
                Node = start.Node,
                Time = start.Time is > 0 and < EndOfYear9999 ? new Timestamp { Seconds = start.Time } : null,
            };
}
