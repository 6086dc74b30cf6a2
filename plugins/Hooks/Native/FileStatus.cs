using System.Runtime.InteropServices;
using System.Text;

namespace SlurmBanking.Hooks.Native;

/// <summary><c>struct statx</c> (statx(2)), whose layout is the same on every architecture, unlike struct stat's.</summary>
[StructLayout(LayoutKind.Explicit, Size = 256)]
internal unsafe struct FileStatus
{
    private const int WritableByGroupOrOthers = 0b010_010;
    private const int AccessibleToOthers = 0b111;

    [FieldOffset(20)]
    public uint Uid;

    [FieldOffset(28)]
    public ushort Mode;

    /// <summary>Whether only the owner (and root) may write it.</summary>
    public readonly bool IsOwnersAlone => (Mode & WritableByGroupOrOthers) == 0;

    /// <summary>Whether nobody but the owner and the group may read, write or enter it.</summary>
    public readonly bool IsClosedToOthers => (Mode & AccessibleToOthers) == 0;

    public static bool TryGet(string path, out FileStatus status)
    {
        status = default;
        fixed (byte* bytes = Encoding.UTF8.GetBytes(path + '\0'))
        fixed (FileStatus* result = &status)
        {
            return Libc.Statx(Libc.AtFdcwd, bytes, 0, Libc.StatxBasicStats, result) == 0;
        }
    }

    public static bool TryGet(int fd, out FileStatus status)
    {
        status = default;
        byte nothing = 0;
        fixed (FileStatus* result = &status)
        {
            return Libc.Statx(fd, &nothing, Libc.AtEmptyPath, Libc.StatxBasicStats, result) == 0;
        }
    }
}
