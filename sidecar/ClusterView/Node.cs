using SlurmBanking.Sidecar.Pricing;

namespace SlurmBanking.Sidecar.ClusterView;

/// <summary>A node as `scontrol show node` has it.</summary>
/// <param name="Name">NodeName.</param>
/// <param name="Partitions">Names of the partitions that it belongs to.</param>
/// <param name="Tres">All it has: cpu, mem (MiB), generic resources.</param>
/// <param name="Sockets">Sockets.</param>
/// <param name="ThreadsPerCore">ThreadsPerCore.</param>
internal sealed record Node(string Name, IReadOnlyList<string> Partitions, TresCounts Tres, int Sockets, int ThreadsPerCore);
