using System.Text.Json;
using System.Text.Json.Nodes;
using SlurmBanking.Operator.Api;
using SlurmBanking.Operator.Rendering;
using SlurmBanking.Operator.Runtime;
using SlurmBanking.Operator.Validation;
using YamlDotNet.RepresentationModel;

namespace SlurmBanking.Operator.Tests.Rendering;

/// <summary>
/// examples/ are what the operator makes of the BankingConfigs there. After an intended change UPDATE_GOLDEN=1 writes them anew.
/// </summary>
public sealed class ExamplesTests
{
    private const string Slinky = "slinky";
    private const string Soperator = "soperator";
    private const string Plain = "plain";

    /// <summary>What whoever follows an example has filled in: the operator finds it out, or leaves it open.</summary>
    private const string OurImage = "registry.example.org/slurm-banking:0.1.0";

    public static TheoryData<string> Flavors => [Slinky, Soperator, Plain];

    [Theory]
    [MemberData(nameof(Flavors))]
    public void They_are_what_the_operator_renders(string flavor)
    {
        foreach (var (file, rendered) in Rendered(flavor))
        {
            var path = Path.Combine(Tree.Root, "examples", flavor, file);
            if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
            {
                File.WriteAllText(path, rendered);
            }

            Assert.Equal(rendered, File.ReadAllText(path));
        }
    }

    /// <summary>By the CRD's schema, and by the rules of webhook and reconciler.</summary>
    [Theory]
    [MemberData(nameof(Flavors))]
    public void Their_BankingConfig_is_taken(string flavor)
    {
        var crd = Yaml.ToJson(Assert.Single(Yaml.Documents(Tree.Read("spec/crd/bankingconfigs.yaml"))))!;
        var schema = crd["spec"]!["versions"]![0]!["schema"]!["openAPIV3Schema"]!["properties"]!["spec"]!;
        Assert.Equal([], Schema.Misfits(ManifestOf(flavor)["spec"], schema, "spec"));
        Assert.Equal([], SpecRules.Read(ConfigOf(flavor)).Errors);
    }

    /// <summary>The check itself: it finds what is misspelt, missing, of another type, or no word of the schema.</summary>
    [Theory]
    [InlineData("policy: {mode: observes}", "spec.policy.mode is none of")]
    [InlineData("partitionPrice: {}", "spec.partitionPrice is not known")]
    [InlineData("api: {url: 1, tokenSecretRef: {name: a}}", "spec.api.url is no text")]
    [InlineData("api: {url: \"ftp://x\", tokenSecretRef: {name: a}}", "spec.api.url does not match")]
    [InlineData("api: {url: \"https://x\"}", "spec.api.tokenSecretRef is not there")]
    public void What_the_CRD_does_not_take_is_found(string spec, string found)
    {
        var crd = Yaml.ToJson(Assert.Single(Yaml.Documents(Tree.Read("spec/crd/bankingconfigs.yaml"))))!;
        var schema = crd["spec"]!["versions"]![0]!["schema"]!["openAPIV3Schema"]!["properties"]!["spec"]!;
        var misfits = Schema.Misfits(Yaml.ToJson(Yaml.Documents(spec)[0]), schema, "spec");
        Assert.Contains(misfits, misfit => misfit.StartsWith(found, StringComparison.Ordinal));
    }

    [Fact]
    public void Slurm_conf_of_the_plain_cluster_has_the_lines()
    {
        var map = Yaml.Documents(Tree.Read("examples/plain/slurm.yaml"))[0];
        var lines = Yaml.Text(map, "data", "slurm.conf")!.Split('\n');
        Assert.Equal(SlurmFiles.SlurmConfLines, lines.TakeLast(SlurmFiles.SlurmConfLines.Count + 1).SkipLast(1));
    }

    /// <summary>Helm replaces lists, so that what a NodeSet gets has to be in the middle of what it has.</summary>
    [Fact]
    public void The_whole_NodeSet_of_soperator_has_what_is_rendered()
    {
        static YamlNode? Volumes(string file) =>
            Yaml.Find(Yaml.Items(Yaml.Documents(Tree.Read($"examples/soperator/{file}.yaml"))[0], "nodesets")[0], "slurmd", "volumes");

        foreach (var list in (string[])["customVolumeMounts", "jailSubMounts"])
        {
            var rendered = Yaml.Items(Volumes("nodesets-values"), list);
            Assert.NotEmpty(rendered);
            Assert.Equal(rendered, Yaml.Items(Volumes("nodesets"), list));
        }
    }

    private static IEnumerable<(string File, string Text)> Rendered(string flavor)
    {
        var config = ConfigOf(flavor);
        var site = new Site
        {
            Namespace = config.Metadata.NamespaceProperty,
            Name = config.Metadata.Name,
            Cluster = BankConfigToml.Cluster(config),
            Image = OurImage,
            Token = BankConfigToml.BankToken(config.Spec.Api),
            BankCa = BankConfigToml.BankCa(config.Spec.Api),
            Port = 9465,
            SlurmName = flavor == Plain ? null : "slurm",
            SlurmImage = flavor switch
            {
                Slinky => "ghcr.io/slinkyproject/slurmctld:25.11-ubuntu24.04",
                Soperator => "registry.example.org/controller_slurmctld:25.11",
                _ => "registry.example.org/slurm:25.11",
            },
        };
        var documents = (
            flavor switch
            {
                Slinky => SlinkyValues.Render(site),
                Soperator => SoperatorValues.Render(site),
                _ => PlainPods.Render(site),
            }
        ).Split("---\n");
        string[] files = flavor switch
        {
            Slinky => ["values.yaml"],
            Soperator => ["slurm-cluster-values.yaml", "nodesets-values.yaml"],
            _ => ["banking/state.yaml", "banking/slurmctld.yaml", "banking/slurmd.yaml", "banking/login.yaml"],
        };
        Assert.Equal(files.Length, documents.Length);
        foreach (var (file, document) in files.Zip(documents))
        {
            yield return (file, document.TrimEnd('\n') + "\n");
        }

        // What the sidecar and Slurm read in the pods: tests/slurm/Pods start them with it.
        if (flavor == Plain)
        {
            var maps = OwnedObjects
                .Files(config, SpecRules.Read(config).Toml, site)
                .ToDictionary(static map => map.Key.Name, static map => map.Body["data"]!);
            yield return ("made-by-the-operator/bank-config.toml", (string)maps[OwnedNames.BankConfig(site.Name)][BankConfigToml.Key]!);
            yield return ("made-by-the-operator/plugstack.conf", (string)maps[OwnedNames.Slurm(site.Name)][SlurmFiles.PlugstackKey]!);
        }
    }

    private static BankingConfig ConfigOf(string flavor) => ManifestOf(flavor).Deserialize<BankingConfig>(ApiJson.Options)!;

    private static JsonNode ManifestOf(string flavor) =>
        Yaml.ToJson(Assert.Single(Yaml.Documents(Tree.Read($"examples/{flavor}/banking-config.yaml"))))!;
}
