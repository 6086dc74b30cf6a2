using static SlurmBanking.Operator.Rendering.YamlText;

namespace SlurmBanking.Operator.Rendering;

/// <summary>Patches for Slurm's pods where no operator makes them: strategic merge patches, such as kustomize takes.</summary>
internal static class PlainPods
{
    private const string Image = "*slurm-image";
    private const string StateVolume = "slurm-banking-state";

    private const string SlurmMounts = $$"""
        # Your pod's own volumes, by your names for them: slurm.conf, and the socket of munge; with auth/slurm, /run/slurmctld.
        - {name: slurm-conf, mountPath: /etc/slurm, readOnly: true}
        - {name: munge-socket, mountPath: /run/munge, readOnly: true}
        - {name: {{StateVolume}}, mountPath: {{MountPaths.State}}}
        """;

    /// <returns>Four YAML documents: a claim, and patches for the pods of slurmctld, slurmd and login nodes.</returns>
    public static string Render(Site site) =>
        $$"""
            # Slurm's jobs against the bank of BankingConfig {{Quote(site.Name)}}: for pods that you write yourself, in namespace
            # {{Quote(site.Namespace)}}. Put your kinds and names of objects and of containers in the place of these; kustomize
            # takes the documents as patches. slurm.conf needs these lines, set once:
            {{string.Join('\n', SlurmFiles.SlurmConfLines.Select(static line => $"#   {line}"))}}
            # With other job_submit plugins, slurm_banking is the last in the list.

            # 1. The sidecar's state: what is held and what is still to be charged. One claim for each slurmctld. An emptyDir instead
            #    does for a trial, but what the bank has not been told yet goes with the pod.
            apiVersion: v1
            kind: PersistentVolumeClaim
            metadata:
              name: {{Quote(Claim(site))}}
            spec:
              accessModes: [ReadWriteOnce]
              resources:
                requests: {storage: 2Gi}

            ---
            # 2. slurmctld's pod. Uid and gid {{ControllerPod.Uid}} stand for your SlurmUser's, which slurmctld and the sidecar run as.
            apiVersion: apps/v1
            kind: StatefulSet
            metadata:
              name: slurmctld
            spec:
              template:
                spec:
                  # The state's volume belongs to this group.
                  securityContext: {fsGroup: {{ControllerPod.Uid}}, fsGroupChangePolicy: OnRootMismatch}
                  containers:
                    - name: slurmctld
                      # The image that slurmctld runs: write it here when it is empty, as that is refused. Once, as the containers below
                      # must be of the same Slurm.
                      image: &slurm-image {{Quote(site.SlurmImage ?? ControllerPod.UnknownImage)}}
                      volumeMounts:
            {{Indent(12, ControllerPod.SlurmctldMounts())}}
                  initContainers:
            {{Indent(
                8,
                ControllerPod.Install(site),
                ControllerPod.Select(Image),
                ControllerPod.Prepare(Image),
                ControllerPod.Sidecar(site, Image, SlurmMounts)
            )}}
                  volumes:
            {{Indent(8, ControllerPod.Volumes(site))}}
                    - name: {{StateVolume}}
                      persistentVolumeClaim: {claimName: {{Quote(Claim(site))}}}

            ---
            # 3. slurmd's pods.
            {{NodePatch(site, "DaemonSet", "slurmd")}}

            ---
            # 4. Login pods.
            {{NodePatch(site, "Deployment", "login")}}

            """;

    private static string Claim(Site site) => $"{site.Name}-sidecar-state";

    private static string NodePatch(Site site, string kind, string name) =>
        $$"""
            apiVersion: apps/v1
            kind: {{kind}}
            metadata:
              name: {{name}}
            spec:
              template:
                spec:
                  containers:
                    - name: {{name}}
                      volumeMounts:
            {{Indent(12, NodePods.Mounts())}}
                  volumes:
            {{Indent(8, NodePods.Volumes(site))}}
            """;
}
