namespace SlurmBanking.Bank.Ledger;

/// <summary>What an account of the ledger stands for.</summary>
public enum LedgerAccountKind
{
    /// <summary>Where a project's deposits come from; its balance is minus what was deposited.</summary>
    GrantSource,

    /// <summary>What a project still has of its deposits. Negative at most by its credit, but for exempt projects.</summary>
    Project,

    /// <summary>What left a project with the end of its period, until the next one begins.</summary>
    Expired,

    /// <summary>What a project used in periods before this one: minus the sum.</summary>
    Closed,

    /// <summary>What a project used beyond its allocation, or after it expired: minus the debt.</summary>
    Overrun,

    /// <summary>What a user charged on a project, as a negative balance: the side that a cap limits.</summary>
    UserCap,

    /// <summary>What a user charged on a project in periods before this one, as a negative balance.</summary>
    ClosedCap,

    /// <summary>The counterpart of a project's <see cref="UserCap"/> entries.</summary>
    CapControl,

    /// <summary>What a partition earned.</summary>
    Revenue,
}
