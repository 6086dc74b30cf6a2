using static SlurmBanking.Operator.Rendering.YamlText;

namespace SlurmBanking.Operator.Rendering;

/// <summary>
/// What is added to slurmd's and login pods: directories of the host that our DaemonSet fills, so that no change of ours rolls a
/// pod of Slurm's. No token and no credential: users' jobs run there.
/// </summary>
internal static class NodePods
{
    public const string RuntimeVolume = "slurm-banking-run";
    public const string InstallVolume = "slurm-banking-plugins";
    public const string SlurmVolume = "slurm-banking-slurm";

    /// <summary>The SPANK plugin, where plugstack.conf names it.</summary>
    public const string SpankPlugin = $"{MountPaths.Plugins}/spank_slurm_banking.so";

    /// <summary>Mounts of slurmd's or the login container.</summary>
    public static string Mounts() =>
        $$"""
            - {name: {{RuntimeVolume}}, mountPath: {{Quote(MountPaths.Runtime)}}, readOnly: true}
            - {name: {{InstallVolume}}, mountPath: {{Quote(MountPaths.Install)}}, readOnly: true}
            - {name: {{SlurmVolume}}, mountPath: {{Quote(MountPaths.Slurm)}}, readOnly: true}
            """;

    /// <summary>Volumes of the pod.</summary>
    public static string Volumes(Site site) =>
        $$"""
            # Sockets of the node's sidecar, and the SPANK plugin that our DaemonSet puts on each node.
            - name: {{RuntimeVolume}}
              {{HostPath(MountPaths.NodeRuntime(site.Cluster))}}
            - name: {{InstallVolume}}
              {{HostPath(MountPaths.NodeInstall(site.Cluster))}}
            # PlugStackConfig; without it Slurm takes plugstack.conf as empty.
            - name: {{SlurmVolume}}
              configMap:
                name: {{Quote(OwnedNames.Slurm(site.Name))}}
                optional: true
                items: [{key: {{SlurmFiles.PlugstackKey}}, path: plugstack.conf}]
            """;

    /// <summary>Source of a volume; made when it is not there, so that pods of Slurm's start before our DaemonSet does.</summary>
    public static string HostPath(string path) => $"hostPath: {{path: {Quote(path)}, type: DirectoryOrCreate}}";
}
