using static SlurmBanking.Operator.Rendering.YamlText;

namespace SlurmBanking.Operator.Rendering;

/// <summary>
/// Values for Nebius soperator's Helm charts "slurm-cluster" and "nodesets" (SlurmCluster of slurm.nebius.ai/v1, NodeSet of
/// v1alpha1). There a pod's volume is what is mounted into its main container, once, under one name, and slurmctld's environment
/// can't be set: hence a volume for each plugin, and nothing but default paths.
/// </summary>
internal static class SoperatorValues
{
    private const string Image = "*slurm-image";

    /// <summary>PluginDir of the slurm.conf that soperator writes, on every architecture.</summary>
    private const string PluginDirectory = "/usr/lib/slurm";

    /// <summary>Volumes of the controller's pod that soperator makes; its /etc/slurm is a link into the jail.</summary>
    private const string SlurmMounts = $$"""
        # soperator's volumes. Users are the jail's, and SlurmUser is one. The state is on slurmctld's own volume.
        - {name: jail, mountPath: /etc/slurm, subPath: etc/slurm, readOnly: true}
        - {name: jail, mountPath: /etc/passwd, subPath: etc/passwd, readOnly: true}
        - {name: jail, mountPath: /etc/group, subPath: etc/group, readOnly: true}
        - {name: munge-socket, mountPath: /run/munge, readOnly: true}
        - {name: controller-spool, mountPath: {{MountPaths.State}}, subPath: slurm-banking}
        """;

    /// <returns>Two YAML documents: values of "slurm-cluster", values of "nodesets".</returns>
    public static string Render(Site site)
    {
        var cluster = site.SlurmName is { } name ? Quote(name) : "NAME";
        return $$"""
            # Slurm's jobs against the bank of BankingConfig {{Quote(site.Name)}}: values of soperator's Helm charts, in namespace
            # {{Quote(site.Namespace)}}. Helm replaces lists, it does not join them: add these entries to the lists that you have.

            # 1. Chart "slurm-cluster".
            images:
              # The image that slurmctld runs: write it here when it is empty, the chart refuses that. Once, as the containers below must
              # be of the same Slurm. What it is now:
              #   kubectl -n {{Quote(site.Namespace)}} get slurmclusters.slurm.nebius.ai {{cluster}} \
              #     -o jsonpath='{.spec.slurmNodes.controller.slurmctld.image}'
              slurmctld: &slurm-image {{Quote(site.SlurmImage ?? ControllerPod.UnknownImage)}}

            # Lines of slurm.conf, set once: add them to yours. With other job_submit plugins, slurm_banking is the last in the list.
            customSlurmConfig: |
            {{Indent(2, [.. SlurmConfLines()])}}

            # soperator writes plugstack.conf itself, with its chroot first; a node without the file still runs jobs.
            plugStackConfig:
              customPlugins:
                - required: false
                  path: {{Quote(NodePods.SpankPlugin)}}
                  arguments: {socket: {{Quote($"{MountPaths.Runtime}/sidecar.sock")}}, spool: {{Quote(MountPaths.Spool)}}}

            volumeSources:
            {{Indent(2, ControllerSources(site), NodeSources(site))}}

            slurmNodes:
              controller:
                customInitContainers:
            {{Indent(
                6,
                ControllerPod.Install(site),
                ControllerPod.Select(Image),
                Prepare(),
                ControllerPod.Sidecar(site, Image, SlurmMounts)
            )}}
                volumes:
                  # What the sidecar mounts has to be mounted into slurmctld as well: soperator makes no other volumes.
                  customMounts:
            {{Indent(8, ControllerMounts(site))}}
              login:
                volumes:
                  customMounts:
            {{Indent(8, LoginMount("slurm-banking-run", "slurm-banking-node-run", MountPaths.Runtime))}}
                  # srun and sbatch run in the jail, and a plugin that plugstack.conf names and they lack would be in users' way.
                  jailSubMounts:
            {{Indent(8, LoginMount("slurm-banking-plugins", "slurm-banking-node-plugins", MountPaths.Install))}}

            ---
            # 2. Chart "nodesets": the same for each of your NodeSets.
            nodesets:
              - name: NAME
                slurmd:
                  volumes:
                    # slurmd loads the SPANK plugin outside of the jail, srun in a job inside.
                    customVolumeMounts:
            {{Indent(10, NodeMount("slurm-banking-run", MountPaths.Runtime, MountPaths.NodeRuntime(site.Cluster)))}}
            {{Indent(10, NodeMount("slurm-banking-plugins", MountPaths.Install, MountPaths.NodeInstall(site.Cluster)))}}
                    jailSubMounts:
            {{Indent(10, NodeMount("slurm-banking-plugins-jail", MountPaths.Install, MountPaths.NodeInstall(site.Cluster)))}}

            """;
    }

    /// <summary>All but the one that names a plugstack.conf.</summary>
    private static IEnumerable<string> SlurmConfLines() =>
        SlurmFiles.SlurmConfLines.Where(static line => !line.StartsWith("PlugStackConfig=", StringComparison.Ordinal));

    /// <summary>
    /// As root, because soperator sets no fsGroup, so that its volumes are root's; slurmctld is root there, too, and leaves facts
    /// for a sidecar that is not: root owns the spool, the sidecar is its group.
    /// </summary>
    private static string Prepare() =>
        $$"""
            # 3. Directories that only the sidecar's user can write, and each plugin into the volume it is mounted from.
            - name: slurm-banking-prepare
              image: {{Image}}
              command:
                - /bin/sh
                - -ec
                - |
                  mkdir -p -m 0755 {{MountPaths.Runtime}}/{{ControllerPod.Folder}}
                  mkdir -p -m 2770 {{MountPaths.Spool}}/{{ControllerPod.Folder}}
                  chown {{ControllerPod.Uid}}:{{ControllerPod.Uid}} {{MountPaths.Runtime}}/{{ControllerPod.Folder}} {{MountPaths.State}}
            {{Indent(
                6,
                [.. ControllerPod.PluginFiles.Select(static file => $"cp {MountPaths.Plugins}/{file} /volumes/{PluginVolume(file)}/{file}")]
            )}}
              securityContext:
                runAsUser: 0
                runAsGroup: {{ControllerPod.Uid}}
                readOnlyRootFilesystem: true
                allowPrivilegeEscalation: false
                capabilities: {drop: [ALL], add: [CHOWN]}
                seccompProfile: {type: RuntimeDefault}
              volumeMounts:
                - {name: {{ControllerPod.InstallVolume}}, mountPath: {{Quote(MountPaths.Install)}}, readOnly: true}
                - {name: {{ControllerPod.RuntimeVolume}}, mountPath: {{Quote(MountPaths.Runtime)}}}
                - {name: {{ControllerPod.SpoolVolume}}, mountPath: {{Quote(MountPaths.Spool)}}}
                - {name: controller-spool, mountPath: {{Quote(MountPaths.State)}}, subPath: slurm-banking}
            {{Indent(
                4,
                [.. ControllerPod.PluginFiles.Select(PluginVolume).Select(static name => $"- {{name: {name}, mountPath: /volumes/{name}}}")]
            )}}
            """;

    private static string ControllerSources(Site site) =>
        Indent(
            0,
            [
                .. EmptyVolumes().Select(static name => $"- name: {name}\n  emptyDir: {{}}"),
                "# optional: slurmctld's pod starts without them; what comes later is seen without a restart.",
                .. ControllerPod.ContentVolumes(site).Select(static volume => $"- name: {volume.Name}\n{Indent(2, volume.Source)}"),
            ]
        );

    private static string NodeSources(Site site) =>
        $$"""
            # On login nodes: sockets of the node's sidecar, and the SPANK plugin that our DaemonSet puts on each node.
            - name: slurm-banking-node-run
              {{NodePods.HostPath(MountPaths.NodeRuntime(site.Cluster))}}
            - name: slurm-banking-node-plugins
              {{NodePods.HostPath(MountPaths.NodeInstall(site.Cluster))}}
            """;

    private static string ControllerMounts(Site site) =>
        Indent(
            0,
            [
                Mount(ControllerPod.InstallVolume, MountPaths.Install, null, true),
                Mount(ControllerPod.RuntimeVolume, MountPaths.Runtime, ControllerPod.Folder, true),
                Mount(ControllerPod.SpoolVolume, MountPaths.Spool, ControllerPod.Folder, false),
                .. ControllerPod.PluginFiles.Select(static file => Mount(PluginVolume(file), $"{PluginDirectory}/{file}", file, true)),
                .. ControllerPod.ContentVolumes(site).Select(static volume => Mount(volume.Name, volume.MountPath, null, true)),
            ]
        );

    private static IEnumerable<string> EmptyVolumes() =>
        [
            ControllerPod.InstallVolume,
            ControllerPod.RuntimeVolume,
            ControllerPod.SpoolVolume,
            .. ControllerPod.PluginFiles.Select(PluginVolume),
        ];

    private static string PluginVolume(string file) =>
        file switch
        {
            "job_submit_slurm_banking.so" => "slurm-banking-job-submit",
            "jobcomp_slurm_banking.so" => "slurm-banking-jobcomp",
            _ => "slurm-banking-library",
        };

    private static string LoginMount(string name, string source, string path) =>
        $"- {{name: {name}, volumeSourceName: {source}, mountPath: {Quote(path)}, readOnly: true}}";

    private static string Mount(string name, string path, string? subPath, bool readOnly) =>
        $"- {{name: {name}, volumeSourceName: {name}, mountPath: {Quote(path)}"
        + (subPath is null ? "" : $", subPath: {subPath}")
        + (readOnly ? ", readOnly: true}" : "}");

    private static string NodeMount(string name, string path, string hostPath) =>
        $$"""
            - name: {{name}}
              mountPath: {{Quote(path)}}
              readOnly: true
              volumeSource: {{{NodePods.HostPath(hostPath)}}}
            """;
}
