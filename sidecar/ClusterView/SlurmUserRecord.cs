namespace SlurmBanking.Sidecar.ClusterView;

/// <summary>A user as slurmctld knows them from slurmdbd.</summary>
/// <param name="Uid">Uid on the controller.</param>
/// <param name="Name">Name in associations.</param>
/// <param name="DefaultAccount">The account of jobs that name none; "" when they have none.</param>
internal sealed record SlurmUserRecord(uint Uid, string Name, string DefaultAccount);
