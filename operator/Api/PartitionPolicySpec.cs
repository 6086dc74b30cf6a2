namespace SlurmBanking.Operator.Api;

/// <summary>[Policy.Partition.name]: what one partition does otherwise.</summary>
internal record PartitionPolicySpec
{
    /// <summary>mode: "enforce" or "observe".</summary>
    public string? Mode { get; init; }

    /// <summary>when_bank_unavailable: "allow", "deny" or "cached".</summary>
    public string? WhenBankUnavailable { get; init; }

    /// <summary>cached_for, such as "1h".</summary>
    public string? CachedFor { get; init; }

    /// <summary>unpriced_partition: "free" or "refuse".</summary>
    public string? UnpricedPartition { get; init; }

    /// <summary>missing_time_limit: "refuse" or "assume".</summary>
    public string? MissingTimeLimit { get; init; }

    /// <summary>assumed_time_limit, as sbatch --time takes it.</summary>
    public string? AssumedTimeLimit { get; init; }

    /// <summary>default_account.</summary>
    public string? DefaultAccount { get; init; }

    /// <summary>refund_states: Slurm's names.</summary>
    public IReadOnlyList<string>? RefundStates { get; init; }
}
