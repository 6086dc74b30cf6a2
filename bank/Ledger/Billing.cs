using SlurmBanking.Terms;

namespace SlurmBanking.Bank.Ledger;

/// <summary>
/// Turns "this job's amount is now X" into transfers. The amount is absolute and the difference is taken to what was charged,
/// never to what was stored, so that any sequence of records ends where its last billable one alone would.
/// </summary>
public static class Billing
{
    /// <summary>Charges a new job its estimate.</summary>
    public static (JobBill Bill, IReadOnlyList<Transfer> Transfers) Charge(
        JobBill bill,
        ServiceUnits amount,
        Allocation allocation,
        Standing standing
    ) => Bring(bill, bill.Partition, amount, TransferCode.Charge, standing.Room(allocation), allocation, standing);

    /// <summary>Settles a job to its amount; one that was settled before is refunded or charged the difference.</summary>
    /// <param name="bill">The bill so far.</param>
    /// <param name="partition">The partition that the record names now.</param>
    /// <param name="amount">What the job is to be charged altogether.</param>
    /// <param name="place">The allocation or the overrun.</param>
    /// <param name="allocation">The project's allocation.</param>
    /// <param name="standing">How the project stands.</param>
    public static (JobBill Bill, IReadOnlyList<Transfer> Transfers) Settle(
        JobBill bill,
        string? partition,
        ServiceUnits amount,
        BillingPlace place,
        Allocation allocation,
        Standing standing
    )
    {
        var code = bill.IsSettled && amount < bill.Charged ? TransferCode.Refund : TransferCode.Settle;
        var room = place == BillingPlace.Overrun ? ServiceUnits.Zero : standing.Room(allocation);
        var (settled, transfers) = Bring(bill, partition ?? "", amount, code, room, allocation, standing);
        return (settled with { IsSettled = true }, transfers);
    }

    private static (JobBill Bill, IReadOnlyList<Transfer> Transfers) Bring(
        JobBill bill,
        string partition,
        ServiceUnits amount,
        TransferCode code,
        ServiceUnits room,
        Allocation allocation,
        Standing standing
    )
    {
        var transfers = new List<Transfer>();
        var revision = bill.Revision + 1;
        void Move(TransferCode why, LedgerAccount debit, LedgerAccount credit, ServiceUnits moved)
        {
            if (moved > ServiceUnits.Zero)
            {
                transfers.Add(new Transfer(why, debit, credit, moved, $"job/{bill.Job}/{revision}/{transfers.Count}", bill.Job));
            }
        }

        var project = LedgerAccount.Project(bill.Account);
        var overrun = LedgerAccount.Overrun(bill.Account);
        var user = LedgerAccount.UserCap(bill.Account, bill.Uid);
        var control = LedgerAccount.CapControl(bill.Account);
        var revenue = LedgerAccount.Revenue(partition);
        if (partition != bill.Partition)
        {
            Move(TransferCode.Adjustment, LedgerAccount.Revenue(bill.Partition), revenue, bill.Charged);
        }

        if (amount > bill.Charged)
        {
            var more = amount - bill.Charged;
            var fits = allocation.IsExempt ? more : Smaller(more, room);
            Move(code, project, revenue, fits);
            Move(TransferCode.Overrun, overrun, revenue, more - fits);
            Move(code, user, control, more);
        }
        else
        {
            // What comes back pays the debt first: the overrun is nothing but the last part of what was used.
            var less = bill.Charged - amount;
            var debt = Smaller(less, standing.Overrun);
            Move(code, revenue, overrun, debt);
            Move(code, revenue, project, less - debt);
            Move(code, control, user, less);
        }

        return (bill with { Partition = partition, Charged = amount, Revision = revision }, transfers);
    }

    private static ServiceUnits Smaller(ServiceUnits left, ServiceUnits right) => left < right ? left : right;
}
