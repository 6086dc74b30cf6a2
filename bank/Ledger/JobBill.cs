using SlurmBanking.Terms;

namespace SlurmBanking.Bank.Ledger;

/// <summary>What a job has been charged so far. Beside, not in, the record that clients see: a record may be stored uncharged.</summary>
/// <param name="Job">The job's id at the bank.</param>
/// <param name="Account">The project that pays.</param>
/// <param name="Uid">The user.</param>
/// <param name="Partition">The partition that earned it; "" for none.</param>
/// <param name="Charged">What is charged now; never negative.</param>
/// <param name="Revision">How often it was charged or settled: numbers the idempotency keys.</param>
/// <param name="IsSettled">Whether a PUT has settled it.</param>
public sealed record JobBill(string Job, string Account, string Uid, string Partition, ServiceUnits Charged, int Revision, bool IsSettled)
{
    /// <summary>The bill of a job that the bank has not seen.</summary>
    public static JobBill New(string job, string account, string uid, string? partition) =>
        new(job, account, uid, partition ?? "", ServiceUnits.Zero, 0, IsSettled: false);
}
