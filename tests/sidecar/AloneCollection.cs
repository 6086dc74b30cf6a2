namespace SlurmBanking.Sidecar.Tests;

/// <summary>
/// Tests that count what a thread does: not beside others, some of which listen to the process's traces, so that each decision makes spans.
/// </summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AloneCollection
{
    public const string Name = "alone";
}
