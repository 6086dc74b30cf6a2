namespace SlurmBanking.Sidecar.ClusterView;

/// <summary>A command of Slurm's did not give what it was run for.</summary>
internal sealed class SlurmCommandException(string message) : Exception(message);
