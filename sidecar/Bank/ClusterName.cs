using SlurmBanking.BankConfig;
using SlurmBanking.Sidecar.ClusterView;
using SlurmBanking.Sidecar.Configuration;

namespace SlurmBanking.Sidecar.Bank;

/// <summary>What this cluster is called at the bank: as the configuration says, else as Slurm does.</summary>
internal sealed class ClusterName(SettingsStore settings, ViewStore view)
{
    private static readonly string Unnamed = new SidecarSettings().Cluster;

    /// <summary>Null while nobody has told; "" for a Slurm that has none.</summary>
    public string? Value =>
        settings.Current.Settings?.Sidecar.Cluster is { Length: > 0 } name && name != Unnamed ? name
        : view.Cluster.IsEmpty ? null
        : view.Cluster.Name;
}
