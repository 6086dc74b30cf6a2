namespace SlurmBanking.Sidecar.Messages;

/// <summary>What the sidecar says when it is started wrongly, and what "sidecar check-config" says.</summary>
internal static class Failures
{
    /// <summary>--state-limit is out of bounds.</summary>
    public const string StateLimit = "--state-limit must be from 1 to 1048576 MiB";

    /// <summary>A node's sidecar was not told whom to report to.</summary>
    public const string ControllerWanted = "--role node needs --controller https://HOST:PORT";

    /// <summary>A node's sidecar was given no token.</summary>
    public const string TokenWanted = "--role node needs --token FILE";

    /// <summary>--listen can't be read.</summary>
    public static string ListenForm(string listening) => $"--listen must be ADDRESS:PORT, not {listening}";

    /// <summary>--listen without a certificate.</summary>
    public const string ListenNeedsTls = "--listen needs --tls-cert FILE and --tls-key FILE";

    /// <summary>The user of --slurm-user is not known on this host.</summary>
    /// <remarks>Name the user that slurmctld runs as (SlurmUser of slurm.conf), or make it known to this host or container.</remarks>
    public static string NoUser(string user) => $"--slurm-user: there is no user {user} on this host";

    /// <summary>--http can't be read.</summary>
    public static string HttpForm(string http) => $"--http must be ADDRESS:PORT or none, not {http}";

    /// <summary>The socket's path is longer than Unix allows.</summary>
    /// <remarks>Use a shorter directory for the sockets.</remarks>
    public static string SocketTooLong(string path, int most) => $"{path} is too long for a Unix socket: {most} bytes at most";

    /// <summary>Another process listens where metrics and health are to be served; follows the address.</summary>
    /// <remarks>Part of other messages.</remarks>
    public const string AddressInUse = "the address is in use";

    /// <summary>TLS is wanted where OpenSSL is not installed.</summary>
    public const string NoOpenSsl =
        "OpenSSL's libssl.so.3 can't be loaded, and TLS needs it: install libssl3 (Debian, Ubuntu) or openssl-libs (Rocky)";

    /// <summary>The configuration file can't be opened.</summary>
    /// <remarks>As the problem says; what was in force before stays in force.</remarks>
    public static string FileUnreadable(string file, string problem) => $"{file}:0:0: error: {problem}";
}
