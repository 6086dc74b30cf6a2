using System.Runtime.InteropServices;
using SlurmBanking.Sidecar.Messages;

namespace SlurmBanking.Sidecar;

/// <summary>
/// OpenSSL, which .NET loads at the first use of TLS, and without which it aborts the whole process there: hours after the start, when
/// the bank's address changes to https, or a node connects. The images of Slurm that a sidecar runs in need not have it.
/// </summary>
internal static class OpenSsl
{
    /// <summary>Null, or what is to be done.</summary>
    public static string? Problem =>
        NativeLibrary.TryLoad("libssl.so.3", out _) || NativeLibrary.TryLoad("libssl.so.1.1", out _) ? null : Failures.NoOpenSsl;
}
