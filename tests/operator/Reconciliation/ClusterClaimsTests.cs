using SlurmBanking.Operator.Api;
using SlurmBanking.Operator.Reconciliation;
using SlurmBanking.Operator.Runtime;

namespace SlurmBanking.Operator.Tests.Reconciliation;

public sealed class ClusterClaimsTests
{
    private readonly ClusterClaims _claims = new();

    [Fact]
    public void The_older_of_two_for_one_Controller_has_it_whichever_is_seen_first()
    {
        Set("young", age: 1, controller: "slurm", cluster: "a");
        Assert.Equal(["young"], Set("old", age: 2, controller: "slurm", cluster: "b"));
        Assert.Equal("old", Taken("young"));
        Assert.Null(Taken("old"));
    }

    [Fact]
    public void The_same_name_of_a_cluster_is_the_same_cluster()
    {
        Set("old", age: 2, controller: "one", cluster: "savio");
        Set("young", age: 1, controller: "two", cluster: "savio");
        Assert.Equal("old", Taken("young"));
    }

    [Fact]
    public void Of_the_same_age_the_name_decides()
    {
        Set("b", age: 1, controller: "slurm", cluster: "1");
        Set("a", age: 1, controller: "slurm", cluster: "2");
        Assert.Equal("a", Taken("b"));
        Assert.Null(Taken("a"));
    }

    [Fact]
    public void When_the_older_goes_the_younger_is_named_and_has_it()
    {
        Set("old", age: 2, controller: "slurm", cluster: "a");
        Set("young", age: 1, controller: "slurm", cluster: "b");
        Assert.Equal([new ObjectKey("slurm", "young")], _claims.Set(new ObjectKey("slurm", "old"), null));
        Assert.Null(Taken("young"));
    }

    [Fact]
    public void When_the_older_names_another_cluster_the_younger_has_this_one()
    {
        Set("old", age: 2, controller: "slurm", cluster: "a");
        Set("young", age: 1, controller: "slurm", cluster: "b");
        Assert.Equal(["young"], Set("old", age: 2, controller: "other", cluster: "a"));
        Assert.Null(Taken("young"));
    }

    [Fact]
    public void Another_namespace_is_another_cluster_and_the_same_again_is_no_news()
    {
        Set("old", age: 2, controller: "slurm", cluster: "a");
        Assert.Empty(Set("old", age: 2, controller: "slurm", cluster: "a"));
        var elsewhere = Config("young", 1, "slurm", "a");
        elsewhere.Metadata.NamespaceProperty = "other";
        Assert.Empty(_claims.Set(new ObjectKey("other", "young"), elsewhere));
        Assert.Null(_claims.TakenBy(new ObjectKey("other", "young")));
    }

    private IEnumerable<string> Set(string name, int age, string controller, string cluster) =>
        _claims.Set(new ObjectKey("slurm", name), Config(name, age, controller, cluster)).Select(static key => key.Name);

    private string? Taken(string name) => _claims.TakenBy(new ObjectKey("slurm", name));

    private static BankingConfig Config(string name, int age, string controller, string cluster)
    {
        var config = Given.Config(spec =>
            spec with
            {
                Sidecar = new SidecarSpec { Cluster = cluster },
                Slurm = new SlurmSpec { Slinky = new SlinkySpec { ControllerRef = new ObjectReference { Name = controller } } },
            }
        );
        config.Metadata.Name = name;
        config.Metadata.CreationTimestamp = Given.Noon.AddDays(-age).UtcDateTime;
        return config;
    }
}
