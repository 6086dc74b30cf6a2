namespace SlurmBanking.Sidecar.ClusterView;

/// <summary>Slurm's job states (slurm.h, enum job_states and JOB_STATE_FLAGS).</summary>
internal static class JobStates
{
    /// <summary>squeue's name of what is being cleaned up after, whatever comes next.</summary>
    public const string Completing = "COMPLETING";

    private const uint BaseMask = 0xff;
    private const uint RequeueFlag = 0x400;
    private const uint ResizingFlag = 0x2000;

    // In the order of enum job_states.
    private static readonly string[] Names =
    [
        "PENDING",
        "RUNNING",
        "SUSPENDED",
        "COMPLETED",
        "CANCELLED",
        "FAILED",
        "TIMEOUT",
        "NODE_FAIL",
        "PREEMPTED",
        "BOOT_FAIL",
        "DEADLINE",
        "OUT_OF_MEMORY",
    ];

    /// <summary>The name of a raw job_state without its flags; a run that ended by a requeue is "REQUEUED".</summary>
    public static string NameOf(uint state)
    {
        var name = (state & BaseMask) < Names.Length ? Names[state & BaseMask] : "UNKNOWN";
        return name == "PENDING" && (state & RequeueFlag) != 0 ? "REQUEUED" : name;
    }

    /// <summary>A raw job_state of a run that goes on with another allocation.</summary>
    public static bool IsResizing(uint state) => (state & ResizingFlag) != 0;

    /// <summary>The phase of a state as squeue names it (squeue(1), JOB STATE CODES).</summary>
    public static JobPhase PhaseOf(string name) =>
        name switch
        {
            "PENDING" or "CONFIGURING" or "REQUEUED" or "REQUEUE_FED" or "REQUEUE_HOLD" or "SPECIAL_EXIT" or "RESV_DEL_HOLD" =>
                JobPhase.Pending,
            "COMPLETED"
            or "CANCELLED"
            or "FAILED"
            or "TIMEOUT"
            or "NODE_FAIL"
            or "PREEMPTED"
            or "BOOT_FAIL"
            or "DEADLINE"
            or "OUT_OF_MEMORY"
            or "LAUNCH_FAILED"
            or "RECONFIG_FAIL"
            or "REVOKED" => JobPhase.Ended,

            // RUNNING, SUSPENDED, COMPLETING, STAGE_OUT, SIGNALING, STOPPED, RESIZING, and what later releases add.
            _ => JobPhase.Started,
        };
}
