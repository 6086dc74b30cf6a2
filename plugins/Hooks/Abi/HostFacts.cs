using System.Runtime.InteropServices;

namespace SlurmBanking.Hooks.Abi;

/// <summary>Who calls: <c>struct sb_host</c> of plugins/shim/facts.h.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct HostFacts
{
    /// <summary><c>SB_ABI</c>: rises whenever a structure or a call's meaning changes.</summary>
    public const uint CurrentAbi = 2;

    public uint Abi;

    /// <summary>A value of Hook in spec/hooks.proto.</summary>
    public uint Hook;

    /// <summary>Bytes of each structure, as the shim sees it.</summary>
    public uint HostSize;
    public uint SubmissionSize;
    public uint EndSize;
    public uint AnswerSize;
    public uint ModificationSize;
    public uint Padding;

    /// <summary>Of the headers that the shim was built with: "22.05.8".</summary>
    public byte* SlurmVersion;

    /// <summary>Path of the sidecar's socket.</summary>
    public byte* Socket;

    /// <summary>Directory for facts that the sidecar could not take.</summary>
    public byte* Spool;

    /// <summary>Whether both sides see the same structures.</summary>
    public readonly bool FitsThisBuild =>
        Abi == CurrentAbi
        && HostSize == sizeof(HostFacts)
        && SubmissionSize == sizeof(SubmissionFacts)
        && EndSize == sizeof(EndFacts)
        && AnswerSize == sizeof(Answer)
        && ModificationSize == sizeof(ModificationFacts);
}
