namespace SlurmBanking.Operator.Api;

/// <summary>[Sidecar], and where it is found.</summary>
internal sealed record SidecarSpec
{
    /// <summary>cluster: the cluster's name in job ids and telemetry; the object's name when absent.</summary>
    public string? Cluster { get; init; }

    /// <summary>job_id_format.</summary>
    public string? JobIdFormat { get; init; }

    /// <summary>decision_deadline, such as "250ms".</summary>
    public string? DecisionDeadline { get; init; }

    /// <summary>balance_ttl, such as "30s".</summary>
    public string? BalanceTtl { get; init; }

    /// <summary>TCP port of the controller's sidecar.</summary>
    public int? Port { get; init; }

    /// <summary>Labels of the pod that slurmctld runs in; absent, they follow from the reference in spec.slurm.</summary>
    public IReadOnlyDictionary<string, string>? Selector { get; init; }
}
