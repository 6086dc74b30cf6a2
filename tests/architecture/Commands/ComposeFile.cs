using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace SlurmBanking.Architecture.Tests.Commands;

/// <summary>compose.yaml, with what it merges in its place.</summary>
internal static class ComposeFile
{
    public static YamlMappingNode Root { get; } = Read();

    public static IReadOnlyList<string> Services { get; } = [.. Mapping(Root, "services").Children.Keys.Select(static one => $"{one}")];

    /// <summary>A service's own mapping.</summary>
    public static YamlMappingNode Service(string name) => Mapping(Mapping(Root, "services"), name);

    public static YamlMappingNode Mapping(YamlMappingNode node, string key) => (YamlMappingNode)node[key];

    public static IReadOnlyList<string> Texts(YamlNode list) => [.. ((YamlSequenceNode)list).Select(static one => $"{one}")];

    private static YamlMappingNode Read()
    {
        var stream = new YamlStream();
        stream.Load(new MergingParser(new Parser(new StringReader(Tree.Read("compose.yaml")))));
        return (YamlMappingNode)stream.Documents[0].RootNode;
    }
}
