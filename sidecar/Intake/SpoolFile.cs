using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace SlurmBanking.Sidecar.Intake;

/// <summary>
/// Reads what plugins left in the spool, trusting no name there: nothing is followed, nothing is waited for, and what is no
/// plain file of Slurm's own is not read.
/// </summary>
internal static unsafe partial class SpoolFile
{
    private const int ReadOnly = 0;
    private const int NonBlocking = 0x800;
    private const int CloseOnExec = 0x80000;
    private const int AtEmptyPath = 0x1000;
    private const uint BasicStats = 0x7ff;
    private const int TooManyLinks = 40;
    private const int NoSuchDevice = 6;
    private const int NoSuchFile = 2;
    private const int TypeMask = 0xf000;
    private const int Regular = 0x8000;
    private const int Folder = 0x4000;
    private const int GroupWrites = 0b010_000;
    private const int OthersWrite = 0b010;

    // Another value on ARM than elsewhere (asm/fcntl.h).
    private static readonly int NoFollow = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 0x8000 : 0x20000;

    /// <summary>The file's bytes; null when it is gone.</summary>
    /// <exception cref="InvalidDataException">It is nothing that a plugin has written.</exception>
    /// <exception cref="IOException">It can't be read now.</exception>
    public static byte[]? Read(string path, SlurmUser slurm, int maxBytes)
    {
        using var file = Open(path, ReadOnly | NonBlocking | CloseOnExec | NoFollow);
        if (file.IsInvalid)
        {
            var error = Marshal.GetLastPInvokeError();
            return error switch
            {
                NoSuchFile => null,
                TooManyLinks => throw new InvalidDataException("it is a symbolic link"),
                NoSuchDevice => throw new InvalidDataException("it is a socket"),
                _ => throw new IOException(Marshal.GetPInvokeErrorMessage(error)),
            };
        }

        var status = StatusOf(file);
        if ((status.Mode & TypeMask) != Regular)
        {
            throw new InvalidDataException("it is no file");
        }

        if (!slurm.IsTrusted(status.Uid))
        {
            throw new InvalidDataException($"it belongs to uid {status.Uid}");
        }

        if ((status.Mode & (GroupWrites | OthersWrite)) != 0)
        {
            throw new InvalidDataException("others can write it");
        }

        if (status.Size > (ulong)maxBytes)
        {
            throw new InvalidDataException("longer than a frame");
        }

        var bytes = new byte[status.Size];
        var filled = 0;
        while (filled < bytes.Length && RandomAccess.Read(file, bytes.AsSpan(filled), filled) is var read and > 0)
        {
            filled += read;
        }

        return bytes[..filled];
    }

    /// <summary>Why nothing in a directory can be trusted; null when it can.</summary>
    public static string? ProblemOf(string directory, SlurmUser slurm)
    {
        using var folder = Open(directory, ReadOnly | NonBlocking | CloseOnExec);
        if (folder.IsInvalid)
        {
            return Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError());
        }

        var status = StatusOf(folder);
        return (status.Mode & TypeMask) != Folder ? "it is no directory"
            : !slurm.IsTrusted(status.Uid) ? $"it belongs to uid {status.Uid}"
            : (status.Mode & OthersWrite) != 0 ? "everybody can write it"
            : null;
    }

    /// <summary>Gives whatever has a name another one, in place of what had that; follows nothing.</summary>
    /// <exception cref="IOException">It can't be renamed.</exception>
    public static void Rename(string from, string to)
    {
        if (RenameFile(from, to) != 0)
        {
            throw new IOException(Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError()));
        }
    }

    private static Status StatusOf(SafeFileHandle file)
    {
        Status status;
        byte nothing = 0;
        return Statx(file, &nothing, AtEmptyPath, BasicStats, &status) == 0
            ? status
            : throw new IOException(Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError()));
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial SafeFileHandle Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true)]
    private static partial int Statx(SafeFileHandle file, byte* path, int flags, uint mask, Status* status);

    [LibraryImport("libc", EntryPoint = "rename", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int RenameFile(string from, string to);

    /// <summary><c>struct statx</c> (statx(2)), the same on every architecture.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct Status
    {
        [FieldOffset(20)]
        public uint Uid;

        [FieldOffset(28)]
        public ushort Mode;

        [FieldOffset(40)]
        public ulong Size;
    }
}
