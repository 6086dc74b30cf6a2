namespace SlurmBanking.Operator.Rendering;

/// <summary>Where things are inside Slurm's pods: what the rendered files say and the values mount must be the same.</summary>
internal static class MountPaths
{
    /// <summary>ConfigMap <see cref="OwnedNames.BankConfig"/> as a directory, never by subPath: a changed file must arrive.</summary>
    public const string BankConfig = "/etc/slurm-banking/config";

    /// <summary>The bank's token, as a directory.</summary>
    public const string BankToken = "/etc/slurm-banking/token";

    /// <summary>The bank's CAs, as a directory.</summary>
    public const string BankCa = "/etc/slurm-banking/bank-ca";

    /// <summary>ConfigMap <see cref="OwnedNames.Slurm"/> as a directory.</summary>
    public const string Slurm = "/etc/slurm-banking/slurm";

    /// <summary>Credentials of the sidecar that runs in the pod, as a directory.</summary>
    public const string Credentials = "/etc/slurm-banking/credentials";

    /// <summary>Binaries and plugins, copied there from our image.</summary>
    public const string Install = "/opt/slurm-banking";

    /// <summary>Sockets.</summary>
    public const string Runtime = "/run/slurm-banking";

    /// <summary>What plugins could not hand over.</summary>
    public const string Spool = "/var/spool/slurm-banking";

    /// <summary>The controller's sidecar's own volume.</summary>
    public const string State = "/var/lib/slurm-banking";

    /// <summary>Builds of the plugins for the Slurm of the pod; the SPANK plugin lies there on compute and login nodes too.</summary>
    public const string Plugins = $"{Install}/plugins";

    /// <summary>On the host: what is mounted as <see cref="Runtime"/> into a cluster's slurmd and login pods.</summary>
    public static string NodeRuntime(string cluster) => $"{Runtime}/{cluster}";

    /// <summary>
    /// On the host: what is mounted as <see cref="Install"/> into a cluster's slurmd and login pods. Not below /run, from which
    /// many hosts allow no library to be loaded (noexec); one per cluster, because a build is for one Slurm.
    /// </summary>
    public static string NodeInstall(string cluster) => $"{Install}/{cluster}";
}
