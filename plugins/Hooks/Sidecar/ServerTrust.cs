using SlurmBanking.Hooks.Native;

namespace SlurmBanking.Hooks.Sidecar;

/// <summary>
/// Who may serve a socket: root, or the owner of its directory, which nobody else may write. Otherwise any user could
/// answer for the bank. The directory's owner is the site's choice (root, SlurmUser, or a uid of the sidecar's own).
/// </summary>
internal static class ServerTrust
{
    public static bool Allows(string socketPath, uint serverUid) =>
        DirectoryOwner(socketPath) is { } owner && (serverUid == 0 || serverUid == owner);

    /// <summary>The owner of the socket's directory; null when others may write there, or it can't be told.</summary>
    public static uint? DirectoryOwner(string socketPath) =>
        Path.GetDirectoryName(socketPath) is { Length: > 0 } directory
        && FileStatus.TryGet(directory, out var status)
        && status.IsOwnersAlone
            ? status.Uid
            : null;
}
