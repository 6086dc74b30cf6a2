using SlurmBanking.Slurm.Tests.Scenarios;
using Xunit.Sdk;
using Xunit.v3;

// Each cluster has a dozen daemons, which wait most of their time. More than two side by side would slow one another down until deadlines
// pass that are part of the scenarios.
[assembly: Parallelization(Mode = ParallelMode.Collections, MaxThreads = 2)]

[assembly: AssemblyFixture(typeof(ScenarioTable))]
