using System.Text;
using SlurmBanking.Hooks.Native;
using SlurmBanking.Wire.Hooks;

namespace SlurmBanking.Hooks.Sidecar;

/// <summary>
/// The file <c>fallback</c> beside the socket, holding "allow" or "deny": the sidecar leaves it for a slurmctld that starts
/// while no sidecar is there to say. Believed when it belongs to root or to the directory's owner.
/// </summary>
internal static unsafe class FallbackFile
{
    public const string Name = "fallback";

    /// <summary>The site's word; allow when there is none that can be believed.</summary>
    public static Fallback Read(string socketPath)
    {
        if (ServerTrust.DirectoryOwner(socketPath) is not { } owner)
        {
            return Fallback.Allow;
        }

        var path = Path.Combine(Path.GetDirectoryName(socketPath)!, Name);
        int fd;
        fixed (byte* bytes = Encoding.UTF8.GetBytes(path + '\0'))
        {
            fd = Libc.Open(bytes, Libc.ORdonly | Libc.OCloexec);
        }

        if (fd < 0)
        {
            return Fallback.Allow;
        }

        try
        {
            return FileStatus.TryGet(fd, out var status) && status.IsOwnersAlone && (status.Uid == 0 || status.Uid == owner)
                ? Parse(fd)
                : Fallback.Allow;
        }
        finally
        {
            _ = Libc.Close(fd);
        }
    }

    private static Fallback Parse(int fd)
    {
        const int limit = 16;
        var bytes = stackalloc byte[limit];
        var read = Libc.Read(fd, bytes, limit);
        return read > 0 && Encoding.ASCII.GetString(bytes, (int)read).Trim() == "deny" ? Fallback.Deny : Fallback.Allow;
    }
}
