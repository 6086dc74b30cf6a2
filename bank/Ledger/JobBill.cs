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
/// <param name="Period">The project's period in which it was first charged.</param>
/// <param name="Refunded">What operators gave back of its amount, however often the amount is told again.</param>
public sealed record JobBill(
    string Job,
    string Account,
    string Uid,
    string Partition,
    ServiceUnits Charged,
    int Revision,
    bool IsSettled,
    int Period = 1,
    ServiceUnits Refunded = default
)
{
    /// <summary>The bill of a job that the bank has not seen.</summary>
    public static JobBill New(string job, string account, string uid, string? partition) =>
        new(job, account, uid, partition ?? "", ServiceUnits.Zero, 0, IsSettled: false);

    /// <summary>Whether it was charged in a period that is closed.</summary>
    public bool IsOfEarlierPeriod(Allocation allocation) => Revision > 0 && Period < allocation.Period;
}
