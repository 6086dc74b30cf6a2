namespace SlurmBanking.Sidecar.ClusterView;

/// <summary>An association of slurmdbd's on this cluster.</summary>
/// <param name="User">"" for that of an account.</param>
/// <param name="Account">Its account.</param>
/// <param name="Partition">"" when it is for all.</param>
/// <param name="DefaultQos">The QOS of jobs that name none; "" when slurmdbd has none.</param>
internal sealed record Association(string User, string Account, string Partition, string DefaultQos);
