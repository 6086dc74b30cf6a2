using System.Runtime.InteropServices;

namespace SlurmBanking.Hooks.Abi;

/// <summary>
/// A job_desc_msg_t (slurm.h) as job_modify gets it: <c>struct sb_modification</c> of plugins/shim/facts.h. What is to change is
/// given, the rest holds Slurm's sentinels.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct ModificationFacts
{
    /// <summary>job_id_str: "12", "12_3", "12_[1-5]", "12+1", or Slurm 26.05's SLUID.</summary>
    public byte* Job;

    /// <summary>Who asks.</summary>
    public uint Actor;
    public uint Padding;

    /// <summary>The job's own so far, from slurmctld's record; null, too, where that can't be read.</summary>
    public byte* AdminComment;

    /// <summary>Uid: whose job it is. AdminComment: the new one.</summary>
    public SubmissionFacts Wanted;
}
