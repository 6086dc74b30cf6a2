namespace SlurmBanking.Bank.Ledger;

/// <summary>Why a transfer was made.</summary>
public enum TransferCode
{
    /// <summary>Credit that creates or enlarges an allocation.</summary>
    Deposit,

    /// <summary>The estimate of a job that started.</summary>
    Charge,

    /// <summary>The difference between what was charged and what was used.</summary>
    Settle,

    /// <summary>Credit after settlement.</summary>
    Refund,

    /// <summary>A correction, or a move between accounts of one owner.</summary>
    Adjustment,

    /// <summary>The remainder of an allocation leaves with its end.</summary>
    Expiry,

    /// <summary>Use beyond the allocation, or after its end.</summary>
    Overrun,
}
