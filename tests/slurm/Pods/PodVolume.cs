using System.Text.Json.Nodes;

namespace SlurmBanking.Slurm.Tests.Pods;

/// <summary>A directory of the machine that is what the kubelet makes of a pod's volume.</summary>
internal sealed class PodVolume
{
    private readonly JsonNode _source;
    private int _writes;

    /// <param name="source">The volume, with its name and its source.</param>
    /// <param name="pods">Where volumes of one pod lie.</param>
    /// <param name="lasting">What outlasts pods: claims and the machine's own directories.</param>
    /// <param name="group">fsGroup of the pod.</param>
    public PodVolume(JsonNode source, string pods, string lasting, long? group)
    {
        _source = source;
        Name = (string)source["name"]!;
        if (source["hostPath"] is { } host)
        {
            Path = $"{lasting}/host{(string)host["path"]!}";
            Directory.CreateDirectory(Path);
            return;
        }

        var claim = (string?)source["persistentVolumeClaim"]?["claimName"];
        Path = claim is null ? $"{pods}/{Name}" : $"{lasting}/claims/{claim}";
        Directory.CreateDirectory(Path);
        Ownership.Set(Path, source["emptyDir"] is not null ? "0777" : "0755", 0, 0);
        if (group is { } owner && (source["emptyDir"] is not null || claim is not null))
        {
            Ownership.Set(Path, source["emptyDir"] is not null ? "2777" : "2775", 0, owner);
        }
    }

    public string Name { get; }

    public string Path { get; }

    /// <summary>
    /// Brings the directory up to date the way the kubelet does: a new directory, and a link that is exchanged at once. What is
    /// optional and not there is empty.
    /// </summary>
    public void Refresh(StoredObjects objects)
    {
        var content = _source["configMap"] ?? _source["secret"];
        if (content is null)
        {
            return;
        }

        var name = (string)(content["name"] ?? content["secretName"])!;
        if (!objects.TryGetValue(name, out var stored))
        {
            Assert.True((bool?)content["optional"] ?? false, $"the pod does not start without {name}");
            stored = [];
        }

        var directory = $"..written_{++_writes}";
        Directory.CreateDirectory($"{Path}/{directory}");
        Ownership.Set($"{Path}/{directory}", "0755", 0, 0);
        var items = content["items"]?.AsArray().Select(static item => ((string)item!["key"]!, (string)item["path"]!));
        foreach (var (key, path) in items ?? stored.Keys.Select(static key => (key, key)))
        {
            if (!stored.TryGetValue(key, out var text))
            {
                continue;
            }

            File.WriteAllText($"{Path}/{directory}/{path}", text);
            Ownership.Set($"{Path}/{directory}/{path}", "0644", 0, 0);
            if (!File.Exists($"{Path}/{path}"))
            {
                File.Delete($"{Path}/{path}");
                File.CreateSymbolicLink($"{Path}/{path}", $"..data/{path}");
            }
        }

        File.CreateSymbolicLink($"{Path}/..data_tmp", directory);
        Ownership.Rename($"{Path}/..data_tmp", $"{Path}/..data");
    }
}
