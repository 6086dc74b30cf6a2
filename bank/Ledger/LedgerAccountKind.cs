namespace SlurmBanking.Bank.Ledger;

/// <summary>What an account of the ledger stands for.</summary>
public enum LedgerAccountKind
{
    /// <summary>Where a project's deposits come from; its balance is minus what was deposited.</summary>
    GrantSource,

    /// <summary>What a project still has of its deposits. Never negative, but for exempt projects.</summary>
    Project,

    /// <summary>What a project used beyond its allocation, or after it expired: minus the debt.</summary>
    Overrun,

    /// <summary>What a user charged on a project, as a negative balance: the side that a cap limits.</summary>
    UserCap,

    /// <summary>The counterpart of a project's <see cref="UserCap"/> entries.</summary>
    CapControl,

    /// <summary>What a partition earned.</summary>
    Revenue,
}
