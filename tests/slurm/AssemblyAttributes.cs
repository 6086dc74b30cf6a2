using SlurmBanking.Slurm.Tests.Scenarios;
using Xunit.Sdk;
using Xunit.v3;

// Each cluster has a dozen daemons: side by side they would slow one another down until deadlines pass that are part of the scenarios.
[assembly: Parallelization(Mode = ParallelMode.Collections, MaxThreads = 2)]

[assembly: AssemblyFixture(typeof(ScenarioTable))]
