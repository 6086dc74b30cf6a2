using SlurmBanking.Bank.Ledger;
using SlurmBanking.Bank.Messages;
using SlurmBanking.Bank.Storage;
using SlurmBanking.Terms;

namespace SlurmBanking.Bank.Teller;

/// <summary>Gives back what jobs were charged, and shows what became of each.</summary>
public static class RefundTeller
{
    /// <summary>Gives back a part of what a job was charged.</summary>
    /// <returns>The job as it is then.</returns>
    /// <exception cref="TellerException">There is no such job, it was charged less, or the key was used for something else.</exception>
    public static StoredJob Refund(
        IBooks books,
        string id,
        ServiceUnits amount,
        string key,
        string actor,
        string reason,
        DateTimeOffset now
    )
    {
        var job = Find(books, id);
        if (Replay.Is(books, key, TransferCode.Refund, ("job", id), amount, reason))
        {
            return job;
        }

        if (amount > job.Bill.Charged)
        {
            throw new TellerException(Refusals.ChargedLess(id, job.Bill.Charged, amount), TellerFault.Conflict, "amount");
        }

        var account = AccountTeller.Find(books, job.Bill.Account);
        WindowTeller.Expire(books, account, now);
        var standing = Standing.Read(account.Name, books.Balance);
        var (bill, transfers) = Billing.Refund(job.Bill, amount, key, actor, reason, account.Allocation, standing);
        books.Post(transfers, now);
        books.Save(job with { Bill = bill });
        WindowTeller.Expire(books, account, now);
        return job with { Bill = bill };
    }

    /// <summary>A job and all its transfers.</summary>
    /// <exception cref="TellerException">There is no such job.</exception>
    public static (StoredJob Job, IReadOnlyList<PostedTransfer> Transfers) Receipt(IBooksReader books, string id) =>
        (Find(books, id), books.TransfersOf(id));

    private static StoredJob Find(IBooksReader books, string id) =>
        books.FindJob(id) ?? throw new TellerException(Refusals.NoJob(id), TellerFault.NotFound, "job");
}
