namespace SlurmBanking.Operator.Rendering;

/// <summary>
/// What Slurm itself reads: set once, since everything that changes is in bank-config.toml. No line comes from the object's
/// author: whoever could write into plugstack.conf could load any library as root.
/// </summary>
internal static class SlurmFiles
{
    /// <summary>Key of <see cref="Plugstack"/> in ConfigMap <see cref="OwnedNames.Slurm"/>.</summary>
    public const string PlugstackKey = "banking-plugstack.conf";

    /// <summary>Key of <see cref="SlurmConf"/> in ConfigMap <see cref="OwnedNames.Slurm"/>.</summary>
    public const string SlurmConfKey = "banking.conf";

    /// <summary>
    /// plugstack.conf for slurmd and login pods: "optional", so that a pod without the file still runs jobs; the site's own
    /// plugstack is taken in by a glob, since Slurm waits a minute for a plain name that is not there.
    /// </summary>
    public const string Plugstack = $"""
        # The site's own SPANK plugins, where there are any; the second is where configless daemons keep the controller's files.
        include /etc/slurm/plugstack.con[f]
        include /run/slurm/conf/plugstack.con[f]
        optional {MountPaths.Install}/plugins/spank_slurm_banking.so socket={MountPaths.Runtime}/sidecar.sock spool={MountPaths.Spool}

        """;

    /// <summary>slurm.conf's lines, each complete.</summary>
    public static IReadOnlyList<string> SlurmConfLines { get; } =
    ["JobSubmitPlugins=slurm_banking", "JobCompType=jobcomp/slurm_banking", $"PlugStackConfig={MountPaths.Slurm}/plugstack.conf"];

    /// <summary>The same as a file.</summary>
    public static string SlurmConf { get; } =
        "# Lines for slurm.conf. JobSubmitPlugins: last, if there are others.\n"
        + string.Concat(SlurmConfLines.Select(static line => line + "\n"));
}
