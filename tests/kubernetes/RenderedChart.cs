using YamlDotNet.RepresentationModel;

namespace SlurmBanking.Kubernetes.Tests;

/// <summary>What real helm makes of the chart and some values, object by object.</summary>
public sealed class RenderedChart
{
    /// <summary>The release's namespace.</summary>
    public const string Space = "banking";

    private RenderedChart(string text)
    {
        Text = text;
        Objects = Read(text);
    }

    public static string Folder { get; } = Tree.In("charts/slurm-banking");

    public string Text { get; }

    public IReadOnlyList<YamlNode> Objects { get; }

    public IReadOnlyList<string?> Kinds => [.. Objects.Select(static one => Scalar(one, "kind"))];

    /// <summary>helm template, for Kubernetes 1.31 unless the arguments say otherwise.</summary>
    public static async Task<RenderedChart> OfAsync(ApiServerFixture server, params string[] arguments)
    {
        string[] version = arguments.Contains("--kube-version") ? [] : ["--kube-version", "1.31"];
        var result = await server.HelmAsync(["template", "x", Folder, "--namespace", Space, .. version, .. arguments]);
        return new RenderedChart(result.Must());
    }

    /// <summary>The same with values as YAML.</summary>
    public static async Task<RenderedChart> OfValuesAsync(ApiServerFixture server, string values, params string[] arguments)
    {
        var file = server.In($"{Guid.NewGuid():n}.yaml");
        await File.WriteAllTextAsync(file, values);
        return await OfAsync(server, ["-f", file, .. arguments]);
    }

    /// <summary>The documents of a YAML stream that are not empty.</summary>
    public static IReadOnlyList<YamlNode> Read(string text)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(text));
        return [.. stream.Documents.Select(static document => document.RootNode).Where(static root => root is YamlMappingNode)];
    }

    /// <summary>The one object of a kind and a name.</summary>
    public YamlNode One(string kind, string name) =>
        Assert.Single(Objects, one => Scalar(one, "kind") == kind && Scalar(one, "metadata", "name") == name);

    /// <summary>Specs of all pods, whoever makes them, each with the name of its object.</summary>
    public IEnumerable<(string Name, YamlNode Pod)> Pods()
    {
        foreach (var one in Objects)
        {
            var pod = Scalar(one, "kind") == "Pod" ? Find(one, "spec") : Find(one, "spec", "template", "spec");
            if (pod is not null)
            {
                yield return ($"{Scalar(one, "kind")} {Scalar(one, "metadata", "name")}", pod);
            }
        }
    }

    public static string? Scalar(YamlNode node, params ReadOnlySpan<string> path) => (Find(node, path) as YamlScalarNode)?.Value;

    /// <summary>The elements of a list; none where there is no list.</summary>
    public static IEnumerable<YamlNode> Items(YamlNode node, params ReadOnlySpan<string> path) =>
        Find(node, path) as YamlSequenceNode ?? [];

    /// <summary>The element of a list that has a name.</summary>
    public static YamlNode Named(IEnumerable<YamlNode> items, string name) => Assert.Single(items, one => Scalar(one, "name") == name);

    public static YamlNode? Find(YamlNode? node, params ReadOnlySpan<string> path)
    {
        foreach (var key in path)
        {
            node = node is YamlMappingNode map && map.Children.TryGetValue(key, out var child) ? child : null;
        }

        return node;
    }
}
