using System.Runtime.InteropServices;
using SlurmBanking.Hooks.Abi;
using SlurmBanking.Hooks.Messages;
using SlurmBanking.Hooks.Sidecar;
using SlurmBanking.Wire.Hooks;

namespace SlurmBanking.Hooks;

/// <summary>
/// What the shims call (<c>struct sb_library</c> of plugins/shim/library.h). No exception leaves: whatever goes wrong here,
/// the job goes on.
/// </summary>
internal static unsafe class EntryPoints
{
    private static SubmissionHook? _submission;
    private static ModificationHook? _modification;
    private static EndHook? _end;
    private static StartHook? _start;

    /// <summary>Called once by each plugin, before anything else.</summary>
    /// <returns>0, or this library's interface number when the plugin was built for another one.</returns>
    [UnmanagedCallersOnly(EntryPoint = "slurm_banking_open")]
    public static uint Open(HostFacts* host)
    {
        try
        {
            if (!host->FitsThisBuild)
            {
                return HostFacts.CurrentAbi;
            }

            var hook = (Hook)host->Hook;
            var socket = NativeText.Read(host->Socket);
            var time = TimeProvider.System;
            var link = new SidecarLink(hook, socket, NativeText.Read(host->SlurmVersion), time);
            if (hook == Hook.JobSubmit)
            {
                var inquiry = new Inquiry(link, socket, time);
                _submission = new SubmissionHook(inquiry);
                _modification = new ModificationHook(inquiry);
            }
            else
            {
                _end = new EndHook(link, new Spool(NativeText.Read(host->Spool)), time);
                _start = new StartHook(link);
            }

            return 0;
        }
        catch (Exception)
        {
            return HostFacts.CurrentAbi;
        }
    }

    /// <summary>A job was submitted.</summary>
    [UnmanagedCallersOnly(EntryPoint = "slurm_banking_submit")]
    public static void Submit(SubmissionFacts* facts, Answer* answer)
    {
        try
        {
            if (_submission?.Handle(in *facts) is { } outcome)
            {
                Write(outcome.Ruling, NativeText.Allocate(outcome.Mark, facts->AdminComment), answer);
            }
        }
        catch (Exception exception)
        {
            WriteFailure(exception, answer);
        }
    }

    /// <summary>A pending or running job is to be changed.</summary>
    [UnmanagedCallersOnly(EntryPoint = "slurm_banking_modify")]
    public static void Modify(ModificationFacts* facts, Answer* answer)
    {
        try
        {
            if (_modification?.Handle(in *facts) is var (ruling, comment))
            {
                Write(ruling, NativeText.Allocate(comment), answer);
            }
        }
        catch (Exception exception)
        {
            WriteFailure(exception, answer);
        }
    }

    /// <summary>A run ended.</summary>
    [UnmanagedCallersOnly(EntryPoint = "slurm_banking_end")]
    public static void End(EndFacts* facts, Answer* answer)
    {
        try
        {
            WriteLog(_end?.Handle(in *facts), answer);
        }
        catch (Exception exception)
        {
            WriteFailure(exception, answer);
        }
    }

    /// <summary>slurmctld started a job.</summary>
    [UnmanagedCallersOnly(EntryPoint = "slurm_banking_start")]
    public static void Start(uint jobId, uint uid, long time, Answer* answer)
    {
        try
        {
            _start?.Handle(jobId, uid, time);
        }
        catch (Exception exception)
        {
            WriteFailure(exception, answer);
        }
    }

    private static void Write(Ruling? ruling, byte* comment, Answer* answer)
    {
        answer->AdminComment = comment;
        answer->Message = NativeText.Allocate(ruling?.Refusal);
        answer->Refused = ruling?.Refusal is null ? 0u : 1u;
        WriteLog(ruling?.Log, answer);
    }

    private static void WriteLog(LogLine? line, Answer* answer)
    {
        answer->Log = NativeText.Allocate(line?.Text);
        answer->LogIsError = line is { IsError: true } ? 1u : 0u;
    }

    private static void WriteFailure(Exception exception, Answer* answer)
    {
        try
        {
            WriteLog(new LogLine(LogTexts.Failed(exception.GetType().Name, exception.Message), IsError: true), answer);
        }
        catch (Exception)
        {
            // Out of memory, most likely: there is nobody left to tell.
            answer->Log = null;
        }
    }
}
