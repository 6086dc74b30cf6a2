using System.Text;
using Google.Protobuf;
using SlurmBanking.Hooks.Native;
using SlurmBanking.Wire;
using SlurmBanking.Wire.Hooks;

namespace SlurmBanking.Hooks;

/// <summary>
/// The directory that keeps facts while the sidecar can't take them: one file per fact, holding the frame that would have
/// been sent (spec/hooks.proto), under a name that ends in <c>.frame</c> once it is whole. The sidecar takes them from there
/// and removes them. Nothing is flushed to the disk: Slurm is waiting.
/// </summary>
/// <param name="directory">
/// Made by the installation, not here: owned by root or by the daemon's own user, and closed to everybody but owner and group.
/// </param>
internal sealed unsafe class Spool(string directory)
{
    /// <summary>The end of a complete file's name.</summary>
    public const string Suffix = ".frame";

    private const uint OwnerWritesGroupReads = 0b110_100_000;
    private const uint Root = 0;

    public string Directory => directory;

    /// <returns>False when the fact could not be kept; nothing of it is left then.</returns>
    public bool TryKeep(Request request)
    {
        var folder = Open(directory);
        if (folder < 0)
        {
            return false;
        }

        try
        {
            var name = $"{Guid.NewGuid():N}{Suffix}";
            return IsOurs(folder) && TryWrite(folder, Bytes($".{name}"), Bytes(name), Frame.Of(request));
        }
        finally
        {
            _ = Libc.Close(folder);
        }
    }

    /// <summary>A directory that others can reach could be emptied, filled or read by them.</summary>
    private static bool IsOurs(int folder) =>
        FileStatus.TryGet(folder, out var status) && status.IsClosedToOthers && (status.Uid == Root || status.Uid == Libc.EffectiveUid());

    /// <summary>Written under a name that ingestion passes over, then renamed: a file that is seen is whole.</summary>
    private static bool TryWrite(int folder, byte[] temporary, byte[] final, byte[] content)
    {
        fixed (byte* from = temporary)
        fixed (byte* to = final)
        {
            var file = Libc.OpenAt(folder, from, Libc.OWronly | Libc.OCreat | Libc.OExcl | Libc.OCloexec, OwnerWritesGroupReads);
            if (file < 0)
            {
                return false;
            }

            bool whole;
            fixed (byte* start = content)
            {
                whole = Libc.Write(file, start, (nuint)content.Length) == content.Length;
            }

            whole &= Libc.Close(file) == 0;
            if (whole && Libc.RenameAt(folder, from, folder, to) == 0)
            {
                return true;
            }

            _ = Libc.UnlinkAt(folder, from, 0);
            return false;
        }
    }

    private static int Open(string path)
    {
        fixed (byte* bytes = Bytes(path))
        {
            return Libc.Open(bytes, Libc.ORdonly | Libc.OCloexec);
        }
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text + '\0');
}
