namespace SlurmBanking.BankConfig;

/// <summary>[Enable]: a hook that is off is answered and not acted on; it takes effect without a restart.</summary>
public sealed record EnableSettings
{
    /// <summary>enable_job_submit_plugin: submissions are priced, checked and held.</summary>
    public bool JobSubmit { get; init; } = true;

    /// <summary>enable_spank_plugin: reports of started jobs make the sidecar look at the queue at once.</summary>
    public bool Spank { get; init; } = true;

    /// <summary>enable_job_complete_plugin: reports of ended jobs settle them at once.</summary>
    public bool JobComplete { get; init; } = true;
}
