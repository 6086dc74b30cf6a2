namespace SlurmBanking.Bank.Storage;

/// <summary>What a token may do; each includes the ones before it.</summary>
public enum TokenScope
{
    /// <summary>Ask.</summary>
    Read,

    /// <summary>Write job records: a cluster's sidecar.</summary>
    Staff,

    /// <summary>Open accounts, move funds, make tokens.</summary>
    Admin,
}
