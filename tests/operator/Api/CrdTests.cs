using System.Collections;
using System.Reflection;
using System.Text.Json;
using SlurmBanking.BankConfig;
using SlurmBanking.Operator.Api;
using SlurmBanking.Operator.Rendering;
using SlurmBanking.Operator.Validation;
using YamlDotNet.RepresentationModel;

namespace SlurmBanking.Operator.Tests.Api;

/// <summary>The CRD and the C# types are one: every property of one is in the other, with the same type.</summary>
public sealed class CrdTests
{
    private static readonly YamlMappingNode Crd = Load();

    private static readonly YamlMappingNode Version = (YamlMappingNode)((YamlSequenceNode)At(Crd, "spec", "versions"))[0];

    private static readonly YamlMappingNode Schema = (YamlMappingNode)At(Version, "schema", "openAPIV3Schema");

    [Fact]
    public void It_is_the_kind_that_the_types_say()
    {
        Assert.Equal(BankingConfig.Group, Text(At(Crd, "spec", "group")));
        Assert.Equal(BankingConfig.Version, Text(At(Version, "name")));
        Assert.Equal("BankingConfig", Text(At(Crd, "spec", "names", "kind")));
        Assert.Equal("bcfg", Text(((YamlSequenceNode)At(Crd, "spec", "names", "shortNames"))[0]));
        Assert.Equal("slurm", Text(((YamlSequenceNode)At(Crd, "spec", "names", "categories"))[0]));
    }

    [Theory]
    [InlineData("spec", typeof(BankingConfigSpec))]
    [InlineData("status", typeof(BankingConfigStatus))]
    public void Every_field_is_a_property_and_every_property_a_field(string part, Type type)
    {
        ArgumentNullException.ThrowIfNull(type);
        Assert.Equal([], Differences((YamlMappingNode)At(Schema, "properties", part), type, part));
    }

    [Fact]
    public void Everything_is_described()
    {
        var silent = new List<string>();
        Describe((YamlMappingNode)At(Schema, "properties", "spec"), "spec", silent);
        Describe((YamlMappingNode)At(Schema, "properties", "status"), "status", silent);
        Assert.Equal([], silent);
    }

    [Fact]
    public void There_is_no_CEL() =>
        Assert.DoesNotContain("x-kubernetes-validations", Tree.Read("spec/crd/bankingconfigs.yaml"), StringComparison.Ordinal);

    [Fact]
    public void All_keys_of_the_file_can_be_said()
    {
        // Every key of the example, less those that Kubernetes says otherwise, is what a full object renders to.
        var example = Keys(Tree.Read("bank-config.toml.example")).Except(["token"], StringComparer.Ordinal);
        var full = SpecRules.Read(FullConfig());
        Assert.Equal([], full.Errors);
        Assert.Equal([], example.Except(Keys(full.Toml), StringComparer.Ordinal));
    }

    [Fact]
    public void Defaults_of_the_schema_are_those_of_the_file()
    {
        var defaulted = JsonSerializer.Deserialize<BankingConfigSpec>(
            Defaults((YamlMappingNode)At(Schema, "properties", "spec")),
            Operator.Runtime.ApiJson.Options
        )!;
        var bare = Given.Config();
        var with = bare with
        {
            Spec = defaulted with
            {
                Api = bare.Spec.Api! with { Timeout = "5s" },
                PartitionPrices = bare.Spec.PartitionPrices,
                Slurm = bare.Spec.Slurm,
            },
        };
        var (one, other) = (SpecRules.Read(bare).Settings!, SpecRules.Read(with).Settings!);
        Assert.Equal(one.Enable, other.Enable);
        Assert.Equal(one.Sidecar, other.Sidecar);
        Assert.Equal(one.Api, other.Api);
        Assert.Equal(one.Policy with { RefundStates = [] }, other.Policy with { RefundStates = [] });
        Assert.Equal(one.Policy.RefundStates, other.Policy.RefundStates);
        Assert.Equal(new PolicySettings().RefundStates, other.Policy.RefundStates);
        Assert.Equal("5s", Text(At(Schema, "properties", "spec", "properties", "api", "properties", "timeout", "default")));
        Assert.Equal(
            "token",
            Text(At(Schema, "properties", "spec", "properties", "api", "properties", "tokenSecretRef", "properties", "key", "default"))
        );
        Assert.EndsWith("/token", one.Api.TokenFile, StringComparison.Ordinal);
        Assert.Equal("Retain", defaulted.DeletionPolicy);
        Assert.Equal(9465, defaulted.Sidecar!.Port);
    }

    private static BankingConfig FullConfig() =>
        Given.Config(static spec =>
            spec with
            {
                Enable = new EnableSpec
                {
                    EnableJobSubmitPlugin = true,
                    EnableSpankPlugin = true,
                    EnableJobCompletePlugin = true,
                },
                PartitionPrices = Given.Prices(("normal", "1"), ("debug", "0.5"), ("gpu", "1")),
                TresPrices = new Dictionary<string, IReadOnlyDictionary<string, DecimalText>>
                {
                    ["gpu"] = Given.Prices(("gres/gpu", "12.5"), ("mem", "0.01")),
                },
                QosMultipliers = Given.Prices(("low", "0.5")),
                Api = spec.Api! with
                {
                    CaSecretRef = new SecretKeyReference { Name = "bank-ca" },
                    Timeout = "5s",
                },
                Policy = new PolicySpec
                {
                    Mode = "enforce",
                    WhenSidecarUnavailable = "allow",
                    WhenBankUnavailable = "cached",
                    CachedFor = "1h",
                    UnpricedPartition = "free",
                    MissingTimeLimit = "refuse",
                    AssumedTimeLimit = "7-00:00:00",
                    DefaultAccount = "fc_default",
                    RefundStates = ["NODE_FAIL"],
                    Partitions = new Dictionary<string, PartitionPolicySpec> { ["debug"] = new() { WhenBankUnavailable = "allow" } },
                },
                Sidecar = new SidecarSpec
                {
                    Cluster = "savio",
                    JobIdFormat = "{job_id}",
                    DecisionDeadline = "250ms",
                    BalanceTtl = "30s",
                },
            }
        );

    private static IEnumerable<string> Keys(string toml) =>
        toml.Split('\n')
            .Where(static line => line.Contains(" = ", StringComparison.Ordinal) && line[0] != '#')
            .Select(static line => line.Split(" = ")[0].Trim('"'));

    private static IEnumerable<string> Differences(YamlMappingNode schema, Type type, string path)
    {
        var fields = ((YamlMappingNode)At(schema, "properties")).Children.ToDictionary(
            static pair => Text(pair.Key),
            static pair => (YamlMappingNode)pair.Value
        );
        var properties = type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .ToDictionary(static property => JsonNamingPolicy.CamelCase.ConvertName(property.Name));
        foreach (var name in fields.Keys.Except(properties.Keys))
        {
            yield return $"{path}.{name} has no property";
        }

        foreach (var name in properties.Keys.Except(fields.Keys))
        {
            yield return $"{path}.{name} is not in the CRD";
        }

        foreach (var name in fields.Keys.Intersect(properties.Keys))
        {
            foreach (var difference in Compare(fields[name], properties[name].PropertyType, $"{path}.{name}"))
            {
                yield return difference;
            }
        }
    }

    private static IEnumerable<string> Compare(YamlMappingNode schema, Type given, string path)
    {
        var type = Nullable.GetUnderlyingType(given) ?? given;
        if (schema.Children.ContainsKey("x-kubernetes-int-or-string"))
        {
            return type == typeof(DecimalText) ? [] : [$"{path}: int-or-string is no {type.Name}"];
        }

        var kind = Text(At(schema, "type"));
        var isMap = type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyDictionary<,>);
        var isList = type != typeof(string) && !isMap && typeof(IEnumerable).IsAssignableFrom(type);
        return kind switch
        {
            "object" when isMap => Compare((YamlMappingNode)At(schema, "additionalProperties"), type.GetGenericArguments()[1], $"{path}[]"),
            "object" when !isList && type != typeof(string) => Differences(schema, type, path),
            "array" when isList => Compare((YamlMappingNode)At(schema, "items"), type.GetGenericArguments()[0], $"{path}[]"),
            "string" when type == typeof(string) => [],
            "boolean" when type == typeof(bool) => [],
            "integer" when type == (Text(At(schema, "format")) == "int64" ? typeof(long) : typeof(int)) => [],
            _ => [$"{path}: {kind} is no {type.Name}"],
        };
    }

    private static void Describe(YamlMappingNode schema, string path, List<string> silent)
    {
        if (!schema.Children.ContainsKey("description") && !path.EndsWith("[]", StringComparison.Ordinal))
        {
            silent.Add(path);
        }

        if (schema.Children.TryGetValue("properties", out var properties))
        {
            foreach (var (name, field) in ((YamlMappingNode)properties).Children)
            {
                Describe((YamlMappingNode)field, $"{path}.{Text(name)}", silent);
            }
        }

        if (schema.Children.TryGetValue("additionalProperties", out var values))
        {
            Describe((YamlMappingNode)values, $"{path}[]", silent);
        }
    }

    // As the API server does it: an object that has a default is there, and so are its fields that have one.
    private static string Defaults(YamlMappingNode schema)
    {
        var members = new List<string>();
        foreach (var (name, field) in ((YamlMappingNode)At(schema, "properties")).Children)
        {
            var child = (YamlMappingNode)field;
            if (!child.Children.TryGetValue("default", out var value))
            {
                continue;
            }

            var json = Text(At(child, "type")) switch
            {
                "object" => Defaults(child),
                "array" => JsonSerializer.Serialize(((YamlSequenceNode)value).Select(Text)),
                "string" => JsonSerializer.Serialize(Text(value)),
                _ => Text(value),
            };
            members.Add($"\"{Text(name)}\":{json}");
        }

        return $"{{{string.Join(',', members)}}}";
    }

    private static YamlNode At(YamlNode node, params string[] path) =>
        path.Aggregate(node, static (at, name) => ((YamlMappingNode)at).Children[name]);

    private static string Text(YamlNode node) => ((YamlScalarNode)node).Value!;

    private static YamlMappingNode Load()
    {
        var yaml = new YamlStream();
        yaml.Load(new StringReader(Tree.Read("spec/crd/bankingconfigs.yaml")));
        return (YamlMappingNode)yaml.Documents[0].RootNode;
    }
}
