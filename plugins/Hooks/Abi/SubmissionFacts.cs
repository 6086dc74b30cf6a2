using System.Runtime.InteropServices;

namespace SlurmBanking.Hooks.Abi;

/// <summary>
/// A job_desc_msg_t (slurm.h) with Slurm's sentinels still in it: <c>struct sb_submission</c> of plugins/shim/facts.h.
/// Strings are Slurm's own, null for none, valid during the call.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct SubmissionFacts
{
    /// <summary>MiB; NO_VAL64: not given; the high bit (MEM_PER_CPU): per CPU.</summary>
    public ulong PnMinMemory;
    public byte* Account;
    public byte* Partition;
    public byte* Qos;
    public byte* ArrayInx;
    public byte* TresPerJob;
    public byte* TresPerNode;
    public byte* TresPerSocket;
    public byte* TresPerTask;
    public byte* Name;
    public byte* AdminComment;

    /// <summary>Whose job it is.</summary>
    public uint Uid;
    public uint NumTasks;
    public uint MinCpus;
    public uint MinNodes;
    public uint MaxNodes;

    /// <summary>Minutes.</summary>
    public uint TimeLimit;

    /// <summary>Minutes.</summary>
    public uint TimeMin;
    public uint HetJobOffset;
    public ushort CpusPerTask;
    public ushort NtasksPerNode;

    /// <summary>0: exclusive; 2: with the same user's jobs; 3: by MCS label; NO_VAL16: the partition's way.</summary>
    public ushort Shared;
    public ushort Padding;
}
