using System.Runtime.InteropServices;

namespace SlurmBanking.Hooks.Abi;

/// <summary>
/// What a shim is told: <c>struct sb_answer</c> of plugins/shim/facts.h. Strings are malloc'ed, null for none; the shim
/// frees them.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct Answer
{
    /// <summary>For the user, when refused.</summary>
    public byte* Message;

    /// <summary>The job's new admin_comment.</summary>
    public byte* AdminComment;

    /// <summary>One line for the daemon's log.</summary>
    public byte* Log;

    /// <summary>1: the job may not be submitted, or changed.</summary>
    public uint Refused;

    /// <summary>1: the line is an error.</summary>
    public uint LogIsError;
}
