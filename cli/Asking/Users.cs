using System.Globalization;
using System.Runtime.InteropServices;
using SlurmBanking.Cli.Messages;

namespace SlurmBanking.Cli.Asking;

/// <summary>Names of users as this host knows them (getpwuid(3)).</summary>
internal static unsafe partial class Users
{
    /// <summary>Who asks, by name where there is one.</summary>
    public static string Own => NameOf(GetEffectiveUid());

    /// <summary>A user's name; the number where there is none.</summary>
    public static string NameOf(uint uid)
    {
        var entry = (Passwd*)GetByUid(uid);
        return entry is null ? uid.ToString(CultureInfo.InvariantCulture) : Marshal.PtrToStringUTF8((nint)entry->Name) ?? "";
    }

    /// <summary>Reads a name or a number.</summary>
    /// <exception cref="SbankException">There is no such user.</exception>
    public static uint UidOf(string user)
    {
        if (uint.TryParse(user, NumberStyles.None, CultureInfo.InvariantCulture, out var uid))
        {
            return uid;
        }

        var entry = (Passwd*)GetByName(user);
        return entry is null ? throw new SbankException(ExitCode.Misused, Failures.NoUser(user)) : entry->Uid;
    }

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint GetEffectiveUid();

    [LibraryImport("libc", EntryPoint = "getpwuid")]
    private static partial nint GetByUid(uint uid);

    [LibraryImport("libc", EntryPoint = "getpwnam", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint GetByName(string name);

    // The first members of struct passwd (pwd.h), glibc and musl alike.
    [StructLayout(LayoutKind.Sequential)]
    private struct Passwd
    {
        public byte* Name;
        public byte* Password;
        public uint Uid;
    }
}
