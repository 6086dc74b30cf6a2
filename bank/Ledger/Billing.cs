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
    ) => Bring(bill, bill.Partition, amount, TransferCode.Charge, BillingPlace.Allocation, allocation, standing);

    /// <summary>Settles a job to its amount; one that was settled before is refunded or charged the difference.</summary>
    /// <param name="bill">The bill so far.</param>
    /// <param name="partition">The partition that the record names now.</param>
    /// <param name="amount">What the job costs altogether; what operators refunded is taken off.</param>
    /// <param name="place">The allocation, the overrun or the earlier period.</param>
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
        var owed = amount > bill.Refunded ? amount - bill.Refunded : ServiceUnits.Zero;
        var code = bill.IsSettled && owed < bill.Charged ? TransferCode.Refund : TransferCode.Settle;
        var (settled, transfers) = Bring(bill, partition ?? "", owed, code, place, allocation, standing);
        return (settled with { IsSettled = true }, transfers);
    }

    /// <summary>Gives back a part of what a job was charged, for good: records that tell its amount again don't take it back.</summary>
    /// <param name="bill">The bill so far.</param>
    /// <param name="amount">How much; more than zero, at most what is charged.</param>
    /// <param name="key">The idempotency key, which the first transfer carries together with the whole amount.</param>
    /// <param name="actor">Who refunds.</param>
    /// <param name="reason">Why.</param>
    /// <param name="allocation">The project's allocation.</param>
    /// <param name="standing">How the project stands.</param>
    public static (JobBill Bill, IReadOnlyList<Transfer> Transfers) Refund(
        JobBill bill,
        ServiceUnits amount,
        string key,
        string actor,
        string reason,
        Allocation allocation,
        Standing standing
    )
    {
        var place = bill.IsOfEarlierPeriod(allocation) ? BillingPlace.EarlierPeriod : BillingPlace.Allocation;
        var (refunded, transfers) = Bring(bill, bill.Partition, bill.Charged - amount, TransferCode.Refund, place, allocation, standing);
        // The user's entry, which is the last, has the whole amount; the others are its parts.
        return (
            refunded with
            {
                Refunded = bill.Refunded + amount,
            },
            [
                .. transfers
                    .Reverse()
                    .Select((transfer, i) => transfer with { Key = i == 0 ? key : $"{i}/{key}", Actor = actor, Reason = reason }),
            ]
        );
    }

    private static (JobBill Bill, IReadOnlyList<Transfer> Transfers) Bring(
        JobBill bill,
        string partition,
        ServiceUnits amount,
        TransferCode code,
        BillingPlace place,
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

        var isEarlier = place == BillingPlace.EarlierPeriod;
        var room = place == BillingPlace.Allocation ? standing.Room(allocation) : ServiceUnits.Zero;
        var payer = isEarlier ? LedgerAccount.Closed(bill.Account) : LedgerAccount.Project(bill.Account);
        var overrun = LedgerAccount.Overrun(bill.Account);
        var user = isEarlier ? LedgerAccount.ClosedCap(bill.Account, bill.Uid) : LedgerAccount.UserCap(bill.Account, bill.Uid);
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
            Move(code, payer, revenue, fits);
            Move(TransferCode.Overrun, overrun, revenue, more - fits);
            Move(code, user, control, more);
        }
        else
        {
            // What comes back pays the debt first: the overrun is nothing but the last part of what was used.
            var less = bill.Charged - amount;
            var debt = Smaller(less, standing.Overrun);
            Move(code, revenue, overrun, debt);
            Move(code, revenue, payer, less - debt);
            Move(code, control, user, less);
        }

        var period = bill.Revision == 0 ? allocation.Period : bill.Period;
        return (bill with { Partition = partition, Charged = amount, Revision = revision, Period = period }, transfers);
    }

    private static ServiceUnits Smaller(ServiceUnits left, ServiceUnits right) => left < right ? left : right;
}
