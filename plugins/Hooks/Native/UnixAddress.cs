using System.Runtime.InteropServices;
using System.Text;

namespace SlurmBanking.Hooks.Native;

/// <summary><c>struct sockaddr_un</c> (unix(7)).</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct UnixAddress
{
    /// <summary>Bytes of sun_path, the closing NUL among them.</summary>
    public const int PathBytes = 108;

    public ushort Family;
    public fixed byte Path[PathBytes];

    /// <returns>False when the path is longer than a socket's can be.</returns>
    public static bool TryCreate(string path, out UnixAddress address)
    {
        address = new UnixAddress { Family = Libc.AfUnix };
        if (Encoding.UTF8.GetByteCount(path) >= PathBytes)
        {
            return false;
        }

        fixed (byte* target = address.Path)
        {
            Encoding.UTF8.GetBytes(path, new Span<byte>(target, PathBytes));
        }

        return true;
    }
}
