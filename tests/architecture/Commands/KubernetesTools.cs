using System.Text.RegularExpressions;
using YamlDotNet.RepresentationModel;

namespace SlurmBanking.Architecture.Tests.Commands;

/// <summary>helm and kubectl: values of our chart, our resource and its fields, the chart's containers.</summary>
internal static partial class KubernetesTools
{
    private const string Chart = "charts/slurm-banking";

    private static readonly string[] Verbs = ["install", "upgrade", "uninstall", "test", "get", "template", "rollback", "list", "show"];

    // What helm and kubectl take with a value behind it.
    private static readonly string[] Valued =
    [
        "-n",
        "--namespace",
        "-f",
        "--values",
        "--set",
        "--set-json",
        "--set-string",
        "--version",
        "-o",
        "-c",
        "--type",
        "--patch",
        "-p",
        "-l",
    ];

    private static readonly string[] Flags = ["--create-namespace", "--reuse-values", "-A", "-w", "--server-side", "--wait"];

    // Resources of others, as they are called in documents.
    private static readonly HashSet<string> Foreign = new(StringComparer.Ordinal)
    {
        "configmap",
        "secret",
        "pod",
        "pods",
        "node",
        "nodes",
        "deployment",
        "statefulset",
        "daemonset",
        "controller",
        "nodeset",
    };

    private static readonly YamlMappingNode Crd = Mapping(Tree.Read("spec/crd/bankingconfigs.yaml"));

    private static readonly YamlMappingNode Values = Mapping(Tree.Read($"{Chart}/values.yaml"));

    private static readonly YamlMappingNode ValuesSchema = Mapping(Tree.Read($"{Chart}/values.schema.json"));

    /// <param name="command">Of helm.</param>
    public static IEnumerable<string> Helm(ShellCommand command)
    {
        var (plain, options) = Split(command);
        if (plain.Count == 0 || !Verbs.Contains(plain[0]))
        {
            yield return $"helm {plain.FirstOrDefault()}?";
        }

        foreach (var chart in plain.Where(static word => word.StartsWith("charts/", StringComparison.Ordinal) && word != Chart))
        {
            yield return $"there is no {chart}";
        }

        var isOurs = plain.Contains(Chart);
        foreach (var (option, value) in options)
        {
            if (!Valued.Contains(option) && !Flags.Contains(option))
            {
                yield return $"helm has no option {option} that is known here";
            }
            else if (option is "--set" or "--set-string" or "--set-json" && isOurs && WrongValue(value) is { } problem)
            {
                yield return problem;
            }
            else if (option is "-f" or "--values" && isOurs && Tree.Files.Contains(value))
            {
                foreach (var wrong in WrongFields(Mapping(Tree.Read(value)), ValuesSchema, value))
                {
                    yield return wrong;
                }
            }
        }
    }

    /// <param name="command">Of kubectl.</param>
    public static IEnumerable<string> Kubectl(ShellCommand command)
    {
        var (plain, options) = Split(command);
        var resource = plain is ["rollout", _, ..] ? plain.ElementAtOrDefault(2) : plain.ElementAtOrDefault(1);
        var isOurs = resource is not null && OurNames().Contains(resource.Split('/')[0]);
        if (resource is not null && !isOurs && !Foreign.Contains(resource.Split('/')[0]))
        {
            yield return $"nobody has a resource {resource}";
        }

        foreach (var (option, value) in options)
        {
            if (!Valued.Contains(option) && !Flags.Contains(option))
            {
                yield return $"kubectl has no option {option} that is known here";
            }
            else if (option is "-c" && !Containers().Contains(value))
            {
                yield return $"the chart has no container {value}";
            }
            else if (option is "--patch" or "-p" && isOurs)
            {
                foreach (var wrong in WrongFields(Mapping(value), CrdSchema(), ""))
                {
                    yield return wrong;
                }
            }
        }

        if (command.Input.Length > 0 && Mapping(command.Input) is var given && $"{given["kind"]}" == "BankingConfig")
        {
            foreach (var wrong in WrongFields(given, CrdSchema(), ""))
            {
                yield return wrong;
            }
        }
    }

    // Words that are no options, up to "--"; options with what follows those that take a value.
    private static (List<string> Plain, List<(string Option, string Value)> Options) Split(ShellCommand command)
    {
        var (plain, options) = (new List<string>(), new List<(string, string)>());
        var words = command.Words.Skip(1).TakeWhile(static word => word != "--").ToList();
        for (var at = 0; at < words.Count; at++)
        {
            if (!words[at].StartsWith('-'))
            {
                plain.Add(words[at]);
            }
            else if (words[at].Contains('=', StringComparison.Ordinal))
            {
                options.Add((words[at].Split('=')[0], words[at][(words[at].IndexOf('=', StringComparison.Ordinal) + 1)..]));
            }
            else
            {
                options.Add((words[at], Valued.Contains(words[at]) && at + 1 < words.Count ? words[++at] : ""));
            }
        }

        return (plain, options);
    }

    // Of KEY=VALUE, the first key of values.yaml that is not there, or a field of the value that the schema has not.
    private static string? WrongValue(string setting)
    {
        var parts = setting.Split('=', 2);
        var (node, schema) = ((YamlNode?)Values, ValuesSchema);
        foreach (var key in parts[0].Split('.'))
        {
            node = node is YamlMappingNode mapping && mapping.Children.TryGetValue(new YamlScalarNode(key), out var child) ? child : null;
            if (node is null || Property(schema, key) is not { } next)
            {
                return $"{Chart}/values.yaml has no {parts[0]}";
            }

            schema = next;
        }

        return parts[1].StartsWith('[') || parts[1].StartsWith('{') ? WrongFields(Node(parts[1]), schema, parts[0]).FirstOrDefault() : null;
    }

    // Fields that a schema, of a CRD or of values, does not have.
    private static IEnumerable<string> WrongFields(YamlNode given, YamlMappingNode schema, string path)
    {
        var resolved = Resolved(schema);
        return given switch
        {
            YamlSequenceNode list when Child(resolved, "items") is { } items => list.SelectMany(one => WrongFields(one, items, path)),
            YamlMappingNode mapping when Child(resolved, "properties") is not null => mapping.SelectMany(one =>
                Property(resolved, $"{one.Key}") is { } property
                    ? WrongFields(one.Value, property, $"{path}.{one.Key}")
                    : [$"there is no field {$"{path}.{one.Key}".TrimStart('.')}"]
            ),
            _ => [],
        };
    }

    private static YamlMappingNode? Property(YamlMappingNode schema, string name) =>
        Child(Resolved(schema), "properties") is { } properties ? Child(properties, name) : null;

    private static YamlMappingNode Resolved(YamlMappingNode schema) =>
        schema.Children.TryGetValue(new YamlScalarNode("$ref"), out var reference)
            ? (YamlMappingNode)ValuesSchema["definitions"][$"{reference}".Split('/')[^1]]
            : schema;

    private static YamlMappingNode? Child(YamlMappingNode node, string name) =>
        node.Children.TryGetValue(new YamlScalarNode(name), out var child) ? child as YamlMappingNode : null;

    private static YamlMappingNode CrdSchema() => (YamlMappingNode)Crd["spec"]["versions"][0]["schema"]["openAPIV3Schema"];

    private static IEnumerable<string> OurNames()
    {
        var names = Crd["spec"]["names"];
        return ((YamlSequenceNode)names["shortNames"])
            .Select(static one => $"{one}")
            .Concat([$"{names["plural"]}", $"{names["singular"]}"]);
    }

    private static IEnumerable<string> Containers() =>
        Tree
            .Files.Where(static file => file.StartsWith($"{Chart}/templates/", StringComparison.Ordinal))
            .SelectMany(static file => Container().Matches(Tree.Read(file)))
            .Select(static match => match.Groups["name"].Value);

    private static YamlMappingNode Mapping(string text) => (YamlMappingNode)Node(text);

    private static YamlNode Node(string text)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(text));
        return stream.Documents[0].RootNode;
    }

    [GeneratedRegex(@"- name: (?<name>[a-z-]+)\n", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Container();
}
