namespace SlurmBanking.Sidecar.Lifecycle;

/// <summary>Why a submission was accepted or refused; one value per outcome, as the metrics show them.</summary>
internal enum DecisionReason
{
    /// <summary>It fits both limits.</summary>
    Fits,

    /// <summary>It does not fit the account's or the user's limit.</summary>
    Insufficient,

    /// <summary>The bank takes no job from this user and account.</summary>
    BankRefused,

    /// <summary>No account is named and there is no default.</summary>
    NoAccount,

    /// <summary>A change of a job that the queue has not shown yet, or that is named in a way that can't be followed.</summary>
    UnknownJob,

    /// <summary>It can't be priced.</summary>
    Unpriceable,

    /// <summary>The bank can't be asked: the outage policy decided.</summary>
    BankUnavailable,

    /// <summary>The state directory has no room, or can't be written: the outage policy decided.</summary>
    StateUnavailable,

    /// <summary>The cluster's partitions are not known yet: the outage policy decided.</summary>
    ViewUnavailable,

    /// <summary>The hook is switched off.</summary>
    Disabled,
}
