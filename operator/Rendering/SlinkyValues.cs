using static SlurmBanking.Operator.Rendering.YamlText;

namespace SlurmBanking.Operator.Rendering;

/// <summary>Values for Slinky's Helm chart "slurm", whose Controller, NodeSets and LoginSets are of slinky.slurm.net/v1beta1.</summary>
internal static class SlinkyValues
{
    private const string Image = "*slurm-image";

    /// <summary>Volumes of the Controller's pod that Slinky makes: slurm.conf, sack's socket, slurmctld's state.</summary>
    private const string SlurmMounts = $$"""
        # Slinky's volumes. The state is on slurmctld's own: as durable as that, and no claim more.
        - {name: slurm-etc, mountPath: /etc/slurm, readOnly: true}
        - {name: slurm-authsocket, mountPath: /run/slurmctld, readOnly: true}
        - {name: statesave, mountPath: {{MountPaths.State}}, subPath: slurm-banking}
        """;

    /// <returns>One YAML document.</returns>
    public static string Render(Site site)
    {
        var controller = site.SlurmName is { } name ? Quote(name) : "NAME";
        return $$"""
            # Slurm's jobs against the bank of BankingConfig {{Quote(site.Name)}}: values of Slinky's Helm chart "slurm", 1.2 and later,
            # in namespace {{Quote(site.Namespace)}}. Helm replaces lists, it does not join them: add these entries to those
            # that you have.
            controller:
              slurmctld:
                # The image that slurmctld runs, as one string: write it here when it is empty, as the chart refuses that. Once, because the
                # containers below must be of the same Slurm; Helm warns that it replaces a table, as it should. What it is now:
                #   kubectl -n {{Quote(site.Namespace)}} get controllers.slinky.slurm.net {{controller}} \
                #     -o jsonpath='{.spec.slurmctld.image}'
                image: &slurm-image {{Quote(site.SlurmImage ?? ControllerPod.UnknownImage)}}
                volumeMounts:
            {{Indent(6, ControllerPod.SlurmctldMounts())}}
              podSpec:
                initContainers:
            {{Indent(
                6,
                ControllerPod.Install(site),
                ControllerPod.Select(Image),
                ControllerPod.Prepare(Image),
                ControllerPod.Sidecar(site, Image, SlurmMounts)
            )}}
                volumes:
            {{Indent(6, ControllerPod.Volumes(site))}}
              # Lines of slurm.conf, set once. With other job_submit plugins, slurm_banking is the last in the list. The chart ignores
              # extraConfMap where there is an extraConf: if you have one, add these lines to that instead.
            {{Indent(2, [.. SlurmFiles.SlurmConfLines.Select(static line => $"#   {line}")])}}
              extraConfMap:
            {{Indent(4, [.. SlurmFiles.SlurmConfLines.Select(Entry)])}}

            # For every NodeSet; a list of the same name in nodesets.NAME replaces one of these.
            nodesetDefaults:
              slurmd:
                volumeMounts:
            {{Indent(6, NodePods.Mounts())}}
              podSpec:
                volumes:
            {{Indent(6, NodePods.Volumes(site))}}

            # For every LoginSet, likewise.
            loginsetDefaults:
              login:
                volumeMounts:
            {{Indent(6, NodePods.Mounts())}}
              podSpec:
                volumes:
            {{Indent(6, NodePods.Volumes(site))}}

            """;
    }

    private static string Entry(string line)
    {
        var equals = line.IndexOf('=', StringComparison.Ordinal);
        return $"{line[..equals]}: {Quote(line[(equals + 1)..])}";
    }
}
