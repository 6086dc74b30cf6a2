using System.Runtime.InteropServices;

namespace SlurmBanking.Hooks.Native;

/// <summary><c>struct ucred</c> (unix(7)).</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct PeerCredentials
{
    public int Pid;
    public uint Uid;
    public uint Gid;
}
