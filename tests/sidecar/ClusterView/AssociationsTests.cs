using SlurmBanking.Sidecar.ClusterView;
using SlurmBanking.Sidecar.Pricing;

namespace SlurmBanking.Sidecar.Tests.ClusterView;

/// <summary>What Slurm takes for an account and a QOS that a submission does not name; the answers are real ones, of 22.05.8.</summary>
public sealed class AssociationsTests
{
    private const string Users = """
        Current Association Manager state
        User Records
        UserName=root(0) DefAccount=root DefWckey= AdminLevel=Administrator
        UserName=games(5) DefAccount=acc1 DefWckey=(null) AdminLevel=Not Set
        UserName=news(9) DefAccount=(null) DefWckey=(null) AdminLevel=Not Set
        """;

    private const string Rows = """
        |root|||normal
        root|root|||normal
        |acc1|||normal
        games|acc1||low|high,low,normal
        games|acc1|debug|high|high,low,normal
        games|acc2|||scavenger
        games|acc3|||high,low
        """;

    [Theory]
    [InlineData(5u, "", "", "normal", "acc1", "low")] // both defaults
    [InlineData(5u, "", "", "debug", "acc1", "high")] // an association for this partition
    [InlineData(5u, "acc2", "", "normal", "acc2", "scavenger")] // the only one that is allowed
    [InlineData(5u, "acc3", "", "normal", "acc3", "normal")] // no default: Slurm's own
    [InlineData(5u, "acc9", "", "normal", "acc1", "low")] // not theirs: the default account, as Slurm takes it
    [InlineData(5u, "ACC2", "", "normal", "acc2", "scavenger")] // Slurm has names of accounts in small letters
    [InlineData(77u, "acc9", "", "normal", "acc9", "normal")] // nobody whom slurmdbd knows: as it was named
    [InlineData(5u, "acc1", "high", "normal", "acc1", "high")] // named
    [InlineData(9u, "", "", "normal", "", "normal")] // no default account
    [InlineData(77u, "", "", "normal", "", "normal")] // a user whom slurmdbd does not know
    public void What_is_not_named_is_what_Slurm_takes(uint uid, string account, string qos, string partition, string charged, string priced)
    {
        var associations = Associations.Of(ScontrolOutput.Users(Users), SacctmgrOutput.Associations(Rows));
        var request = new JobRequest
        {
            Uid = uid,
            Account = account,
            Qos = qos,
        };
        var complete = associations.Complete(request, partition);
        Assert.Equal((charged, priced), (complete.Account, complete.Qos));
    }

    [Fact]
    public void The_clusters_own_default_QOS_is_that_of_the_root_account()
    {
        var associations = Associations.Of(ScontrolOutput.Users(Users), SacctmgrOutput.Associations("|root||low|high,low\n"));
        Assert.Equal("low", associations.Complete(new JobRequest { Uid = 77 }, "normal").Qos);
    }

    [Fact]
    public void Without_slurmdbd_nothing_is_filled_in()
    {
        Assert.Empty(ScontrolOutput.Users("Current Association Manager state\nNo users currently cached in Slurm.\n"));
        var complete = Associations.None.Complete(new JobRequest { Uid = 5 }, "normal");
        Assert.Equal(("", ""), (complete.Account, complete.Qos));
    }

    [Fact]
    public void The_default_partition_decides_where_none_is_named()
    {
        var cluster = Given.Cluster with
        {
            Associations = Associations.Of(
                [new SlurmUserRecord(5, "games", "acc1")],
                [new Association("games", "acc1", "normal", "low"), new Association("games", "acc1", "", "high")]
            ),
        };
        Assert.Equal("low", cluster.Complete(new JobRequest { Uid = 5 }).Qos);
        Assert.Equal("high", cluster.Complete(new JobRequest { Uid = 5, Partitions = ["gpu", "normal"] }).Qos);
    }
}
