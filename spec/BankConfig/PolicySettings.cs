namespace SlurmBanking.BankConfig;

/// <summary>[Policy]: what the site wants where there is a choice.</summary>
public sealed record PolicySettings
{
    /// <summary>mode.</summary>
    public PolicyMode Mode { get; init; } = PolicyMode.Enforce;

    /// <summary>when_sidecar_unavailable: what plugins do when they can't ask; never "cached".</summary>
    public OutagePolicy WhenSidecarUnavailable { get; init; } = OutagePolicy.Allow;

    /// <summary>when_bank_unavailable.</summary>
    public OutagePolicy WhenBankUnavailable { get; init; } = OutagePolicy.Allow;

    /// <summary>cached_for: with "cached", how long the last known balance may be used; 0 to 30 days.</summary>
    public TimeSpan CachedFor { get; init; } = TimeSpan.FromHours(1);

    /// <summary>unpriced_partition = "refuse": a partition without a price is an error rather than free.</summary>
    public bool RefuseUnpricedPartition { get; init; }

    /// <summary>missing_time_limit = "assume": a job without any limit is priced by <see cref="AssumedTimeLimit"/>, not refused.</summary>
    public bool AssumeMissingTimeLimit { get; init; }

    /// <summary>assumed_time_limit: 1 minute to 700 000 days.</summary>
    public TimeSpan AssumedTimeLimit { get; init; } = TimeSpan.FromDays(7);

    /// <summary>default_account: charged when a submission names none; "" to refuse it.</summary>
    public string DefaultAccount { get; init; } = "";

    /// <summary>refund_states: Slurm's names of the end states whose runs cost nothing.</summary>
    public IReadOnlyList<string> RefundStates { get; init; } = ["NODE_FAIL", "BOOT_FAIL"];
}
