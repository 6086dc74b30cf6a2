namespace SlurmBanking.Operator.Rendering;

/// <summary>What the values for Slurm's operators are made of.</summary>
internal sealed record Site
{
    /// <summary>Namespace of the BankingConfig, and so of Slurm's pods.</summary>
    public required string Namespace { get; init; }

    /// <summary>Name of the BankingConfig.</summary>
    public required string Name { get; init; }

    /// <summary>The sidecar's name for the cluster; nodes keep each cluster's sockets in a directory of that name.</summary>
    public required string Cluster { get; init; }

    /// <summary>Reference of the image with sidecar, plugins, install and select.</summary>
    public required string Image { get; init; }

    /// <summary>Image that slurmctld runs, as the referenced object says it; null when it is not known.</summary>
    public string? SlurmImage { get; init; }

    /// <summary>Secret with the bank's token, and the key in it.</summary>
    public required (string Name, string Key) Token { get; init; }

    /// <summary>Secret with the CAs of the bank, and the key in it; null for the system's.</summary>
    public (string Name, string Key)? BankCa { get; init; }

    /// <summary>TCP port of the controller's sidecar.</summary>
    public required int Port { get; init; }

    /// <summary>Name of the Slinky Controller or the soperator SlurmCluster that is referenced; null when none is.</summary>
    public string? SlurmName { get; init; }
}
