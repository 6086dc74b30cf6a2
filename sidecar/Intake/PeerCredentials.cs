using System.Buffers.Binary;
using System.Net.Sockets;

namespace SlurmBanking.Sidecar.Intake;

/// <summary>Who is at the other end of a Unix socket, as the kernel says (unix(7), SO_PEERCRED).</summary>
internal static class PeerCredentials
{
    private const int SolSocket = 1;
    private const int SoPeercred = 17;

    /// <summary>The peer's uid.</summary>
    /// <exception cref="SocketException">The socket is no Unix socket, or is gone.</exception>
    public static uint UidOf(Socket socket)
    {
        // struct ucred { pid_t pid; uid_t uid; gid_t gid; }
        Span<byte> ucred = stackalloc byte[12];
        socket.GetRawSocketOption(SolSocket, SoPeercred, ucred);
        return BitConverter.IsLittleEndian
            ? BinaryPrimitives.ReadUInt32LittleEndian(ucred[4..])
            : BinaryPrimitives.ReadUInt32BigEndian(ucred[4..]);
    }
}
