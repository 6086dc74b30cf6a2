using static SlurmBanking.Kubernetes.Tests.RenderedChart;

namespace SlurmBanking.Kubernetes.Tests;

/// <summary>What examples/ say of our chart, by real helm; what they say of Slurm's pods is run by tests/slurm/Pods.</summary>
[Collection(ApiServerCollection.Name)]
public sealed class ExampleTests(ApiServerFixture server)
{
    [Theory]
    [InlineData("plain")]
    [InlineData("slinky")]
    [InlineData("soperator")]
    public async Task The_nodes_get_sidecars_that_find_what_is_made_of_the_object(string example)
    {
        var folder = Tree.In("examples", example);
        var config = Read(await File.ReadAllTextAsync(Path.Combine(folder, "banking-config.yaml")))
            .Single(static one => Scalar(one, "kind") == "BankingConfig");
        var (name, space) = (Scalar(config, "metadata", "name"), Scalar(config, "metadata", "namespace"));

        var rendered = await OfAsync(server, "-f", Path.Combine(folder, "chart-values.yaml"));

        var nodes = rendered.One("DaemonSet", $"slurm-banking-node-{name}");
        Assert.Equal(space, Scalar(nodes, "metadata", "namespace"));
        var secret = Items(nodes, "spec", "template", "spec", "volumes").Select(static volume => Scalar(volume, "secret", "secretName"));
        Assert.Contains($"{name}-node", secret);
    }
}
