using System.Text.Json.Nodes;
using SlurmBanking.Operator.Rendering;

namespace SlurmBanking.Operator.Tests.Rendering;

/// <summary>
/// The examples' values in the objects that the charts of Slurm's operators make of them: run by eng/verify-chart.sh, which has
/// rendered a chart.
/// </summary>
[Trait("Run", "verify")]
public sealed class ChartTests
{
    private const string Missing = "run by eng/verify-chart.sh, with a chart of another operator";

    private static readonly string? Rendered = Environment.GetEnvironmentVariable("RENDERED");

    /// <summary>Where the values of a file are in the objects of a kind.</summary>
    private static readonly (string File, string Values, string Kind, string Place)[] Slinky =
    [
        ("values", "controller.slurmctld.image", "Controller", "slurmctld.image"),
        ("values", "controller.slurmctld.volumeMounts", "Controller", "slurmctld.volumeMounts"),
        ("values", "controller.podSpec.initContainers", "Controller", "template.spec.initContainers"),
        ("values", "controller.podSpec.volumes", "Controller", "template.spec.volumes"),
        ("values", "nodesetDefaults.slurmd.volumeMounts", "NodeSet", "slurmd.volumeMounts"),
        ("values", "nodesetDefaults.podSpec.volumes", "NodeSet", "template.spec.volumes"),
        ("values", "loginsetDefaults.login.volumeMounts", "LoginSet", "login.volumeMounts"),
        ("values", "loginsetDefaults.podSpec.volumes", "LoginSet", "template.spec.volumes"),
    ];

    private static readonly (string File, string Values, string Kind, string Place)[] Soperator =
    [
        ("slurm-cluster-values", "volumeSources", "SlurmCluster", "volumeSources"),
        ("slurm-cluster-values", "plugStackConfig.customPlugins", "SlurmCluster", "plugStackConfig.customPlugins"),
        (
            "slurm-cluster-values",
            "slurmNodes.controller.customInitContainers",
            "SlurmCluster",
            "slurmNodes.controller.customInitContainers"
        ),
        (
            "slurm-cluster-values",
            "slurmNodes.controller.volumes.customMounts",
            "SlurmCluster",
            "slurmNodes.controller.volumes.customMounts"
        ),
        ("slurm-cluster-values", "slurmNodes.login.volumes.customMounts", "SlurmCluster", "slurmNodes.login.volumes.customMounts"),
        ("slurm-cluster-values", "slurmNodes.login.volumes.jailSubMounts", "SlurmCluster", "slurmNodes.login.volumes.jailSubMounts"),
        ("nodesets-values", "nodesets.0.slurmd.volumes.customVolumeMounts", "NodeSet", "slurmd.volumes.customVolumeMounts"),
        ("nodesets-values", "nodesets.0.slurmd.volumes.jailSubMounts", "NodeSet", "slurmd.volumes.jailSubMounts"),
    ];

    private static bool IsSlinky => Environment.GetEnvironmentVariable("FLAVOR") == "slinky";

    [Fact]
    public void All_that_we_give_is_in_the_objects()
    {
        Assert.SkipWhen(Rendered is null, Missing);
        foreach (var (file, values, kind, place) in IsSlinky ? Slinky : Soperator)
        {
            var ours = At(Parse(Tree.Read($"examples/{(IsSlinky ? "slinky" : "soperator")}/{file}.yaml"))[0], values)!;
            foreach (var found in Objects(kind).Select(specified => At(specified["spec"], place)))
            {
                Assert.True(found is not null, $"{kind} has no {place}");
                if (ours is not JsonArray items)
                {
                    Assert.Equal((string?)ours, (string?)found);
                    continue;
                }

                Assert.All(
                    items,
                    item =>
                        Assert.True(
                            found.AsArray().Count(other => JsonNode.DeepEquals(item, other)) == 1,
                            $"{kind} has not in {place}: {item}"
                        )
                );
            }
        }
    }

    /// <summary>In their order: the sidecar's files are there before it is.</summary>
    [Fact]
    public void Init_containers_keep_their_order()
    {
        Assert.SkipWhen(Rendered is null, Missing);
        var containers = IsSlinky
            ? At(Objects("Controller").Single()["spec"], "template.spec.initContainers")
            : At(Objects("SlurmCluster").Single()["spec"], "slurmNodes.controller.customInitContainers");
        Assert.Equal(
            ["slurm-banking-install", "slurm-banking-select", "slurm-banking-prepare", "slurm-banking"],
            containers!
                .AsArray()
                .Select(static container => (string)container!["name"]!)
                .Where(static name => name.StartsWith("slurm-banking", StringComparison.Ordinal))
        );
    }

    [Fact]
    public void Slurm_conf_gets_the_lines()
    {
        Assert.SkipWhen(Rendered is null, Missing);
        var conf = IsSlinky
            ? At(Objects("Controller").Single()["spec"], "extraConf")
            : At(Objects("SlurmCluster").Single()["spec"], "customSlurmConfig");
        var lines = ((string)conf!).Split('\n');
        Assert.All(
            SlurmFiles.SlurmConfLines.Where(static line => IsSlinky || !line.StartsWith("PlugStackConfig=", StringComparison.Ordinal)),
            line => Assert.Contains(line, lines)
        );
    }

    /// <summary>What a CRD does not know, the API server drops without a word.</summary>
    [Fact]
    public void The_objects_fit_their_CRDs()
    {
        Assert.SkipWhen(Rendered is null, Missing);
        var schemas = Parse(File.ReadAllText($"{Rendered}/crds.yaml"))
            .Where(static document => (string?)document?["kind"] == "CustomResourceDefinition")
            .ToLookup(static crd => (string)crd!["spec"]!["names"]!["kind"]!);
        string[] kinds = IsSlinky ? ["Controller", "NodeSet", "LoginSet"] : ["SlurmCluster", "NodeSet"];
        foreach (var (kind, specified) in kinds.SelectMany(kind => Objects(kind).Select(specified => (kind, specified))))
        {
            var api = ((string)specified["apiVersion"]!).Split('/');
            var crd = schemas[kind].Single(crd => (string?)crd!["spec"]!["group"] == api[0])!;
            var version = crd["spec"]!["versions"]!.AsArray().Single(version => (string?)version!["name"] == api[1])!;
            var schema = version["schema"]!["openAPIV3Schema"]!["properties"]!["spec"]!;
            var misfits = Schema.Misfits(specified["spec"], schema, kind).ToList();
            Assert.True(misfits.Count == 0, string.Join('\n', misfits));
        }
    }

    private static List<JsonNode> Objects(string kind)
    {
        var found = Parse(File.ReadAllText($"{Rendered}/objects.yaml")).Where(document => (string?)document?["kind"] == kind).ToList();
        Assert.NotEmpty(found);
        return found!;
    }

    private static List<JsonNode?> Parse(string text) => [.. Yaml.Documents(text).Select(Yaml.ToJson)];

    private static JsonNode? At(JsonNode? node, string path)
    {
        foreach (var key in path.Split('.'))
        {
            node = node is JsonArray items ? items[int.Parse(key)] : node?[key];
        }

        return node;
    }
}
