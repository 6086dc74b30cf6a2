namespace SlurmBanking.Kubernetes.Tests;

/// <summary>
/// Tests that need an API server on which nobody else has put the chart's cluster-wide objects; they run when the others are done.
/// </summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class OwnApiServerCollection : ICollectionFixture<ApiServerFixture>
{
    public const string Name = "an API server for whole releases";
}
