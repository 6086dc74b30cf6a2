using System.Text.Json.Nodes;
using SlurmBanking.Operator.Tests.Rendering;

namespace SlurmBanking.Slurm.Tests.Pods;

/// <summary>
/// slurmctld's pod as Slinky's slurm-operator 1.3 and soperator 5.0 make it of the values in examples/: as much of what they add as
/// our values build on, read in their sources (internal/builder/controllerbuilder, internal/render/controller).
/// </summary>
internal static class OperatorsPods
{
    /// <param name="root">The source tree.</param>
    /// <param name="plain">slurmctld's pod of examples/plain without ours.</param>
    public static JsonNode Slinky(string root, JsonNode plain)
    {
        var values = Values(root, "slinky/values.yaml")["controller"]!;

        // The socket of sack in theirs, which later Slurms have; here it is munge's, in the same volume.
        Rename(plain, "slurm-conf", "slurm-etc");
        Rename(plain, "munge-socket", "slurm-authsocket");
        Rename(plain, "slurmctld-state", "statesave");
        var sidecar = values["podSpec"]!["initContainers"]!.AsArray().Single(static one => (string?)one!["name"] == "slurm-banking")!;
        MountAt(sidecar, "slurm-authsocket")["mountPath"] = "/run/munge";

        plain["securityContext"] = JsonNode.Parse("""{"fsGroup": 401}""");
        Add(plain, "initContainers", values["podSpec"]!["initContainers"]!);
        Add(plain, "volumes", values["podSpec"]!["volumes"]!);
        Add(plain["containers"]![0]!, "volumeMounts", values["slurmctld"]!["volumeMounts"]!);
        return plain;
    }

    /// <param name="root">The source tree.</param>
    /// <param name="plain">slurmctld's pod of examples/plain without ours.</param>
    /// <param name="jail">A directory of the machine with etc/slurm, etc/passwd and etc/group.</param>
    public static JsonNode Soperator(string root, JsonNode plain, string jail)
    {
        var values = Values(root, "soperator/slurm-cluster-values.yaml");
        var node = values["slurmNodes"]!["controller"]!;
        var slurmctld = plain["containers"]![0]!;

        // A root of the usual rights, and no fsGroup; /etc/slurm is a link into the jail.
        ((JsonObject)slurmctld).Remove("securityContext");
        ((JsonObject)plain).Remove("securityContext");
        Rename(plain, "slurm-conf", "jail");
        Rename(plain, "slurmctld-state", "controller-spool");
        VolumeOf(plain, "controller-spool")["persistentVolumeClaim"]!["claimName"] = "controller-spool";
        VolumeOf(plain, "jail")
            .ReplaceWith(
                new JsonObject
                {
                    ["name"] = "jail",
                    ["hostPath"] = new JsonObject { ["path"] = jail },
                }
            );
        MountAt(slurmctld, "jail")["subPath"] = "etc/slurm";
        slurmctld["image"] = (string?)values["images"]!["slurmctld"];

        // A custom mount is a volume of its name, from the source that it names.
        foreach (var mount in node["volumes"]!["customMounts"]!.AsArray())
        {
            var volume = values["volumeSources"]!
                .AsArray()
                .Single(source => (string?)source!["name"] == (string?)mount!["volumeSourceName"])!
                .DeepClone();
            volume["name"] = (string?)mount!["name"];
            plain["volumes"]!.AsArray().Add(volume);
        }

        Add(plain, "initContainers", node["customInitContainers"]!);
        Add(slurmctld, "volumeMounts", node["volumes"]!["customMounts"]!);
        return plain;
    }

    private static JsonNode Values(string root, string file) =>
        Yaml.ToJson(Yaml.Documents(File.ReadAllText(Path.Combine(root, "examples", file)))[0])!;

    /// <summary>Ours come first: nothing of the pod's own is there before they run.</summary>
    private static void Add(JsonNode to, string list, JsonNode ours)
    {
        var all = new JsonArray([.. ours.AsArray().Concat(to[list]!.AsArray()).Select(static item => item!.DeepClone())]);
        to[list] = all;
    }

    private static void Rename(JsonNode spec, string volume, string name)
    {
        VolumeOf(spec, volume)["name"] = name;
        foreach (
            var mount in spec["containers"]!
                .AsArray()
                .Concat(spec["initContainers"]!.AsArray())
                .SelectMany(static container => container!["volumeMounts"]!.AsArray())
                .Where(mount => (string?)mount!["name"] == volume)
        )
        {
            mount!["name"] = name;
        }
    }

    private static JsonNode VolumeOf(JsonNode spec, string name) =>
        spec["volumes"]!.AsArray().Single(volume => (string?)volume!["name"] == name)!;

    private static JsonNode MountAt(JsonNode container, string volume) =>
        container["volumeMounts"]!.AsArray().Single(mount => (string?)mount!["name"] == volume)!;
}
