using System.ComponentModel;
using System.Runtime.InteropServices;

namespace SlurmBanking.Kubernetes.Tests;

/// <summary>What .NET has no method for.</summary>
internal static partial class Libc
{
    public const int SigTerm = 15;
    public const int SigCont = 18;
    public const int SigStop = 19;

    private const int NoSuchProcess = 3;

    /// <summary>kill(2); a process that is gone is no error.</summary>
    public static void Signal(int pid, int signal)
    {
        if (Kill(pid, signal) != 0 && Marshal.GetLastPInvokeError() is not NoSuchProcess and var error)
        {
            throw new Win32Exception(error);
        }
    }

    /// <summary>rename(2), which unlike File.Move takes a link to a directory as what it is.</summary>
    public static void Rename(string from, string to)
    {
        if (RenamePath(from, to) != 0)
        {
            throw new IOException($"{from} can't be renamed to {to}: {new Win32Exception(Marshal.GetLastPInvokeError()).Message}");
        }
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int pid, int signal);

    [LibraryImport("libc", EntryPoint = "rename", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int RenamePath(string from, string to);
}
