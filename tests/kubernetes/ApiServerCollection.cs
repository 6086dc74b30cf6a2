namespace SlurmBanking.Kubernetes.Tests;

/// <summary>Tests against the one API server, one after another: some of them freeze or kill it.</summary>
[CollectionDefinition(Name)]
public sealed class ApiServerCollection : ICollectionFixture<ApiServerFixture>
{
    public const string Name = "one API server";
}
