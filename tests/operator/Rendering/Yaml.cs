using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace SlurmBanking.Operator.Tests.Rendering;

/// <summary>Reads YAML by keys; what is not there is empty.</summary>
internal static class Yaml
{
    public static IReadOnlyList<YamlNode> Documents(string text)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(text));
        return [.. stream.Documents.Select(static document => document.RootNode)];
    }

    public static YamlNode? Find(YamlNode? node, params ReadOnlySpan<string> path)
    {
        foreach (var key in path)
        {
            node = node is YamlMappingNode map && map.Children.TryGetValue(key, out var child) ? child : null;
        }

        return node;
    }

    /// <summary>As kubectl sends it: what is plain may be a number, a truth or nothing, what is quoted is a text.</summary>
    public static JsonNode? ToJson(YamlNode node) =>
        node switch
        {
            YamlMappingNode map => new JsonObject(
                map.Children.Select(static child => KeyValuePair.Create(((YamlScalarNode)child.Key).Value!, ToJson(child.Value)))
            ),
            YamlSequenceNode list => new JsonArray([.. list.Children.Select(ToJson)]),
            YamlScalarNode { Style: ScalarStyle.Plain, Value: "true" or "false" or "null" or "~" or "" } word => JsonNode.Parse(
                word.Value is "true" or "false" ? word.Value : "null"
            ),
            YamlScalarNode { Style: ScalarStyle.Plain, Value: { } text } when long.TryParse(text, out var number) => number,
            YamlScalarNode scalar => scalar.Value,
            _ => throw new ArgumentOutOfRangeException(nameof(node), node, null),
        };

    public static string? Text(YamlNode? node, params ReadOnlySpan<string> path) => (Find(node, path) as YamlScalarNode)?.Value;

    public static IReadOnlyList<YamlNode> Items(YamlNode? node, params ReadOnlySpan<string> path) =>
        Find(node, path) is YamlSequenceNode list ? [.. list.Children] : [];

    public static IEnumerable<KeyValuePair<string, string?>> Entries(YamlNode? node, params ReadOnlySpan<string> path) =>
        Find(node, path) is YamlMappingNode map
            ? map.Children.Select(static child => KeyValuePair.Create(Text(child.Key)!, Text(child.Value)))
            : [];
}
