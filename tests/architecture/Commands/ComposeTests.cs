using System.Text.RegularExpressions;
using YamlDotNet.RepresentationModel;

namespace SlurmBanking.Architecture.Tests.Commands;

/// <summary>
/// compose.yaml names what is in the tree: stage, scripts, services, volumes. There is no container engine where the tests run;
/// docs/development.md says how far it was tried.
/// </summary>
public sealed partial class ComposeTests
{
    // What compose may say of a service here. More of its words may be right, and are to be looked up before they are added.
    private static readonly HashSet<string> Words = new(StringComparer.Ordinal)
    {
        "build",
        "command",
        "depends_on",
        "environment",
        "healthcheck",
        "hostname",
        "image",
        "init",
        "network_mode",
        "volumes",
    };

    public static TheoryData<string> Services => [.. ComposeFile.Services];

    [Fact]
    public void It_has_the_services_that_the_documents_speak_of() =>
        Assert.Equal(["bank", "sidecar", "slurm"], ComposeFile.Services.Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Services))]
    public void It_says_nothing_that_nobody_has_looked_up(string service) =>
        Assert.Equal([], ComposeFile.Service(service).Children.Keys.Select(static one => $"{one}").Except(Words));

    [Theory]
    [MemberData(nameof(Services))]
    public void It_is_built_by_a_stage_of_the_Dockerfile(string service)
    {
        var build = ComposeFile.Mapping(ComposeFile.Service(service), "build");
        Assert.Equal(".", $"{build["context"]}");
        Assert.Contains($" AS {build["target"]}\n", Tree.Read("Dockerfile"), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Services))]
    public void What_it_runs_is_in_the_image_and_knows_the_service(string service)
    {
        var (own, health) = (ComposeFile.Service(service), ComposeFile.Mapping(ComposeFile.Service(service), "healthcheck"));
        var (command, test) = (ComposeFile.Texts(own["command"]), ComposeFile.Texts(health["test"]));
        Assert.Equal(["eng/compose.sh", "run", service, "/cluster"], command);
        Assert.Equal(["CMD", "eng/compose.sh", "answers", service, "/cluster"], test);
        Assert.Contains(command[0], Tree.Files);
        Assert.True(
            OperatingSystem.IsLinux() && File.GetUnixFileMode(Path.Combine(Tree.Root, command[0])).HasFlag(UnixFileMode.OtherExecute)
        );

        // What the image must not hold would not be there, as little as the scripts that it calls.
        var left = Tree.Read(".dockerignore").Split('\n');
        foreach (var script in Script().Matches(Tree.Read(command[0])).Select(static match => match.Value).Append(command[0]))
        {
            Assert.Contains(script, Tree.Files);
            Assert.DoesNotContain(script, left);
        }
    }

    [Theory]
    [MemberData(nameof(Services))]
    public void Its_directory_is_a_volume_that_all_of_them_have(string service)
    {
        Assert.Equal(["cluster:/cluster"], ComposeFile.Texts(ComposeFile.Service(service)["volumes"]));
        Assert.Equal("cluster", $"{Assert.Single(ComposeFile.Mapping(ComposeFile.Root, "volumes").Children.Keys)}");
    }

    /// <summary>All listen on loopback: whoever has the network has to be there first, and is none of those that wait for others.</summary>
    [Fact]
    public void They_have_one_network_and_begin_one_after_the_other()
    {
        Assert.Equal([], Waits("bank"));
        Assert.Equal(["bank"], Waits("sidecar"));
        Assert.Equal(["sidecar"], Waits("slurm"));
        Assert.False(ComposeFile.Service("bank").Children.ContainsKey(new YamlScalarNode("network_mode")));
        Assert.Equal("service:bank", $"{ComposeFile.Service("sidecar")["network_mode"]}");
        Assert.Equal("service:bank", $"{ComposeFile.Service("slurm")["network_mode"]}");
        Assert.Equal("localhost", $"{ComposeFile.Service("bank")["hostname"]}");
    }

    /// <summary>What whoever looks into a container is given is where the scripts put it.</summary>
    [Theory]
    [MemberData(nameof(Services))]
    public void Its_environment_is_that_of_the_cluster(string service)
    {
        var environment = ComposeFile.Mapping(ComposeFile.Service(service), "environment");
        Assert.Equal(
            ["BANK_DATABASE=/cluster/bank/bank.db", "SLURM_BANKING_SOCKET=/cluster/run/api.sock", "SLURM_CONF=/cluster/slurm.conf"],
            environment.Select(static one => $"{one.Key}={one.Value}").Order(StringComparer.Ordinal)
        );
        Assert.Contains("BANK_DATABASE=$dir/bank/bank.db", Tree.Read("eng/banked-cluster.sh"), StringComparison.Ordinal);
        Assert.Contains("--runtime-dir \"$dir/run$number\"", Tree.Read("eng/banked-cluster.sh"), StringComparison.Ordinal);
        Assert.Contains("export SLURM_CONF=$dir/slurm.conf", Tree.Read("eng/slurm-cluster.sh"), StringComparison.Ordinal);
    }

    private static IEnumerable<string> Waits(string service)
    {
        if (!ComposeFile.Service(service).Children.TryGetValue(new YamlScalarNode("depends_on"), out var waits))
        {
            return [];
        }

        Assert.All(((YamlMappingNode)waits).Children.Values, static one => Assert.Equal("service_healthy", $"{one["condition"]}"));
        return ((YamlMappingNode)waits).Children.Keys.Select(static one => $"{one}");
    }

    [GeneratedRegex(@"\beng/[a-z-]+\.sh\b", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Script();
}
