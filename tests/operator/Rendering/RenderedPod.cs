using YamlDotNet.RepresentationModel;

namespace SlurmBanking.Operator.Tests.Rendering;

/// <summary>What rendered values make of a pod of Slurm's, wherever they put it.</summary>
/// <param name="Mounts">Of slurmctld's, slurmd's or the login container.</param>
/// <param name="InitContainers">In the order in which they run.</param>
/// <param name="Volumes">By name, each with its source.</param>
/// <param name="Outside">Volumes that the chart or the site makes.</param>
internal sealed record RenderedPod(
    string Name,
    IReadOnlyList<YamlNode> Mounts,
    IReadOnlyList<YamlNode> InitContainers,
    IReadOnlyList<KeyValuePair<string, YamlNode>> Volumes,
    IReadOnlyList<string> Outside
)
{
    public bool IsController => InitContainers.Count > 0;

    /// <summary>Mounts of each container.</summary>
    public IEnumerable<IReadOnlyList<YamlNode>> AllMounts =>
        InitContainers.Select(static container => Yaml.Items(container, "volumeMounts")).Prepend(Mounts);
}
