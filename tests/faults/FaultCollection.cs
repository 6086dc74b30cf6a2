namespace SlurmBanking.Faults.Tests;

[CollectionDefinition(Name)]
public sealed class FaultCollection : ICollectionFixture<FaultRig>
{
    public const string Name = "one cluster for all faults";
}
