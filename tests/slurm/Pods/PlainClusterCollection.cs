namespace SlurmBanking.Slurm.Tests.Pods;

/// <summary>One cluster of pods for all of these tests.</summary>
[CollectionDefinition(Name)]
public sealed class PlainClusterCollection : ICollectionFixture<PlainCluster>
{
    public const string Name = "pods";
}
