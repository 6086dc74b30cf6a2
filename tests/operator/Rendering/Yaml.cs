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

    public static string? Text(YamlNode? node, params ReadOnlySpan<string> path) => (Find(node, path) as YamlScalarNode)?.Value;

    public static IReadOnlyList<YamlNode> Items(YamlNode? node, params ReadOnlySpan<string> path) =>
        Find(node, path) is YamlSequenceNode list ? [.. list.Children] : [];

    public static IEnumerable<KeyValuePair<string, string?>> Entries(YamlNode? node, params ReadOnlySpan<string> path) =>
        Find(node, path) is YamlMappingNode map
            ? map.Children.Select(static child => KeyValuePair.Create(Text(child.Key)!, Text(child.Value)))
            : [];
}
