using System.Runtime.InteropServices;
using SlurmBanking.Hooks.Abi;
using SlurmBanking.Wire.Hooks;

namespace SlurmBanking.Plugins.Tests.Native;

/// <summary>The published library, called as the shims call it.</summary>
internal sealed unsafe class NativeHooks
{
    // The library keeps what "open" gave it for as long as the process lives.
    private static readonly CText Kept = new();

    private readonly delegate* unmanaged<HostFacts*, uint> _open;
    private readonly delegate* unmanaged<SubmissionFacts*, Answer*, void> _submit;
    private readonly delegate* unmanaged<ModificationFacts*, Answer*, void> _modify;
    private readonly delegate* unmanaged<EndFacts*, Answer*, void> _end;
    private readonly delegate* unmanaged<uint, uint, long, Answer*, void> _start;

    public NativeHooks(string library)
    {
        var handle = NativeLibrary.Load(library);
        _open = (delegate* unmanaged<HostFacts*, uint>)NativeLibrary.GetExport(handle, "slurm_banking_open");
        _submit = (delegate* unmanaged<SubmissionFacts*, Answer*, void>)NativeLibrary.GetExport(handle, "slurm_banking_submit");
        _modify = (delegate* unmanaged<ModificationFacts*, Answer*, void>)NativeLibrary.GetExport(handle, "slurm_banking_modify");
        _end = (delegate* unmanaged<EndFacts*, Answer*, void>)NativeLibrary.GetExport(handle, "slurm_banking_end");
        _start = (delegate* unmanaged<uint, uint, long, Answer*, void>)NativeLibrary.GetExport(handle, "slurm_banking_start");
    }

    public uint Open(Hook hook, string socket, string spool = "/nowhere", uint abi = HostFacts.CurrentAbi)
    {
        var host = new HostFacts
        {
            Abi = abi,
            Hook = (uint)hook,
            HostSize = (uint)sizeof(HostFacts),
            SubmissionSize = (uint)sizeof(SubmissionFacts),
            EndSize = (uint)sizeof(EndFacts),
            AnswerSize = (uint)sizeof(Answer),
            ModificationSize = (uint)sizeof(ModificationFacts),
            SlurmVersion = Kept.Of("22.05.8"),
            Socket = Kept.Of(socket),
            Spool = Kept.Of(spool),
        };
        return _open(&host);
    }

    public NativeAnswer Submit(SubmissionFacts facts)
    {
        Answer answer = default;
        _submit(&facts, &answer);
        return Taken(answer);
    }

    public NativeAnswer Modify(ModificationFacts facts)
    {
        Answer answer = default;
        _modify(&facts, &answer);
        return Taken(answer);
    }

    public NativeAnswer End(EndFacts facts)
    {
        Answer answer = default;
        _end(&facts, &answer);
        return Taken(answer);
    }

    public NativeAnswer Start(uint jobId, uint uid, long time)
    {
        Answer answer = default;
        _start(jobId, uid, time, &answer);
        return Taken(answer);
    }

    private static NativeAnswer Taken(Answer answer)
    {
        var taken = new NativeAnswer(
            answer.Refused == 1,
            Marshal.PtrToStringUTF8((nint)answer.Message),
            Marshal.PtrToStringUTF8((nint)answer.AdminComment),
            Marshal.PtrToStringUTF8((nint)answer.Log)
        );
        NativeMemory.Free(answer.Message);
        NativeMemory.Free(answer.AdminComment);
        NativeMemory.Free(answer.Log);
        return taken;
    }
}
