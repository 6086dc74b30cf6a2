namespace SlurmBanking.BankConfig;

/// <summary>What is done with a submission when somebody who should be asked can't be.</summary>
public enum OutagePolicy
{
    /// <summary>Let it in; it is held and billed later.</summary>
    Allow,

    /// <summary>Refuse it.</summary>
    Deny,

    /// <summary>Decide on the last known balance while that is fresh enough, then refuse.</summary>
    Cached,
}
