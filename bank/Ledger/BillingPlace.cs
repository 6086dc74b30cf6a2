namespace SlurmBanking.Bank.Ledger;

/// <summary>Where the amount of a job record goes.</summary>
public enum BillingPlace
{
    /// <summary>Nowhere: the record is stored, what was charged before stays charged.</summary>
    Nowhere,

    /// <summary>To the allocation, and what exceeds it to the overrun.</summary>
    Allocation,

    /// <summary>To the overrun: the allocation has expired, but what was used was used.</summary>
    Overrun,

    /// <summary>To the closed period in which the job was charged; what exceeds that to the overrun.</summary>
    EarlierPeriod,
}
