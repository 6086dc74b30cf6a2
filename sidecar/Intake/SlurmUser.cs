using System.Runtime.InteropServices;

namespace SlurmBanking.Sidecar.Intake;

/// <summary>The user that slurmctld runs as (slurm.conf(5), SlurmUser); beside root it alone may report jobs.</summary>
internal sealed partial record SlurmUser(uint Uid)
{
    private const string PasswdFile = "/etc/passwd";

    /// <summary>The sidecar's own user: in one pod with slurmctld both run as the same.</summary>
    public static SlurmUser Own() => new(GetEffectiveUid());

    /// <summary>Whether what belongs to a user can be Slurm's, or ours.</summary>
    public bool IsTrusted(uint uid) => uid == 0 || uid == Uid || uid == GetEffectiveUid();

    /// <summary>From a uid or a name of /etc/passwd; null when there is no such user.</summary>
    public static SlurmUser? Parse(string text)
    {
        if (uint.TryParse(text, out var uid))
        {
            return new SlurmUser(uid);
        }

        var fields = File.ReadLines(PasswdFile).Select(static line => line.Split(':')).FirstOrDefault(fields => fields[0] == text);
        return fields is { Length: > 2 } && uint.TryParse(fields[2], out uid) ? new SlurmUser(uid) : null;
    }

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint GetEffectiveUid();
}
