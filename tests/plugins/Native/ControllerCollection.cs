namespace SlurmBanking.Plugins.Tests.Native;

/// <summary>What runs on the one <see cref="SanitizedController"/>.</summary>
[CollectionDefinition(Name)]
public sealed class ControllerCollection : ICollectionFixture<SanitizedController>
{
    public const string Name = "one stand-in for slurmctld";
}
