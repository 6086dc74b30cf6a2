using System.Runtime.InteropServices;

namespace SlurmBanking.Hooks.Abi;

/// <summary>
/// A job_record_t (slurmctld) with Slurm's sentinels still in it: <c>struct sb_end</c> of plugins/shim/facts.h. Times are
/// seconds since 1970, 0 for none. Strings are Slurm's own, null for none, valid during the call.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct EndFacts
{
    public long SubmitTime;
    public long StartTime;
    public long EndTime;
    public long SuspendedSeconds;
    public byte* Account;
    public byte* Partition;
    public byte* Qos;
    public byte* Nodes;
    public byte* TresAlloc;
    public byte* AdminComment;
    public uint JobId;

    /// <summary>0: no array.</summary>
    public uint ArrayJobId;

    /// <summary>NO_VAL: no array, or an array's record of tasks that never started.</summary>
    public uint ArrayTaskId;

    /// <summary>0: no het job.</summary>
    public uint HetJobId;
    public uint RestartCount;
    public uint Uid;

    /// <summary>Base state and flags.</summary>
    public uint State;
    public uint TotalCpus;
    public uint TotalNodes;

    /// <summary>Minutes.</summary>
    public uint TimeLimit;
    public uint RequestedNodes;
    public uint RequestedCpus;
}
