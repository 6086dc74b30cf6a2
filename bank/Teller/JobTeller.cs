using SlurmBanking.Bank.Ledger;
using SlurmBanking.Bank.Messages;
using SlurmBanking.Bank.Storage;
using SlurmBanking.BankApi;

namespace SlurmBanking.Bank.Teller;

/// <summary>Takes job records to the books (swagger: /jobs/).</summary>
public static class JobTeller
{
    /// <summary>Takes a new job (POST). A start is refused when the allocation is over; it is never refused for want of funds.</summary>
    public static JobAnswer Create(IBooks books, JobWrite write, DateTimeOffset now)
    {
        var job = write.Over(null);
        var refusals = UnknownParties(books, job);
        if (books.FindJob(job.JobSlurmId) is not null)
        {
            refusals["jobslurmid"] = ContractAnswers.JobExists;
        }

        if (refusals.Count > 0 || books.FindAccount(job.AccountId) is not { Allocation: var allocation })
        {
            return JobAnswer.Refused(refusals);
        }

        if (books.FindMember(job.AccountId, job.UserId) is null)
        {
            return JobAnswer.Refused(JobAnswer.NoField, ContractAnswers.NoMember(job.UserId, job.AccountId));
        }

        if (allocation.HasExpired(now))
        {
            return JobAnswer.Refused(JobAnswer.NoField, ContractAnswers.NoAllocation(job.AccountId));
        }

        var bill = JobBill.New(job.JobSlurmId, job.AccountId, job.UserId, job.Partition);
        if (BillingRule.ForCreate(job.SubmitDate, job.StartDate, allocation) == BillingPlace.Nowhere)
        {
            return Store(books, job, (bill, bill), [], write.Cluster, now);
        }

        var standing = Standing.Read(job.AccountId, books.Balance);
        var (charged, transfers) = Billing.Charge(bill, job.Amount.GetValueOrDefault(), allocation, standing);
        return Store(books, job, (bill, charged), transfers, write.Cluster, now);
    }

    /// <summary>
    /// Takes a job's latest record (PUT), whether the bank has seen the job or not. What was used was used: neither an empty
    /// nor an expired allocation nor a user who has left refuses it.
    /// </summary>
    public static JobAnswer Put(IBooks books, JobWrite write, DateTimeOffset now)
    {
        var stored = books.FindJob(write.Sent.JobSlurmId);
        var job = write.Over(stored?.Record);
        var refusals = stored is null ? UnknownParties(books, job) : ChangedParties(stored.Record, job);
        if (refusals.Count > 0 || books.FindAccount(job.AccountId) is not { Allocation: var allocation } account)
        {
            return JobAnswer.Refused(refusals);
        }

        var bill = stored?.Bill ?? JobBill.New(job.JobSlurmId, job.AccountId, job.UserId, job.Partition);
        var (submitted, started, ended) = (write.Sent.SubmitDate, write.Sent.StartDate, write.Sent.EndDate);
        var place = BillingRule.ForPut(submitted, started, ended, allocation, now, bill.IsOfEarlierPeriod(allocation));
        if (place == BillingPlace.Nowhere)
        {
            return Store(books, job, (bill, bill), [], write.Cluster, now);
        }

        // The end of the window comes before what is told after it, and takes along what that brings back.
        WindowTeller.Expire(books, account, now);
        var standing = Standing.Read(job.AccountId, books.Balance);
        var (settled, transfers) = Billing.Settle(bill, job.Partition, job.Amount.GetValueOrDefault(), place, allocation, standing);
        var answer = Store(books, job, (bill, settled), transfers, write.Cluster, now);
        WindowTeller.Expire(books, account, now);
        return answer;
    }

    private static JobAnswer Store(
        IBooks books,
        Job job,
        (JobBill Before, JobBill After) bill,
        IReadOnlyList<Transfer> transfers,
        string? cluster,
        DateTimeOffset now
    )
    {
        books.Post(transfers, now);
        books.Save(new StoredJob(job, bill.After));
        if (cluster is not null && bill.After.Charged > bill.Before.Charged)
        {
            LeaseTeller.Charge(books, bill.After, cluster, bill.After.Charged - bill.Before.Charged, now);
        }

        return JobAnswer.Stored(job);
    }

    private static Dictionary<string, string> UnknownParties(IBooks books, Job job)
    {
        var refusals = new Dictionary<string, string>();
        if (!books.IsUserKnown(job.UserId))
        {
            refusals["userid"] = ContractAnswers.NoSuchUser(job.UserId);
        }

        if (books.FindAccount(job.AccountId) is null)
        {
            refusals["accountid"] = ContractAnswers.NoSuchAccount(job.AccountId);
        }

        return refusals;
    }

    private static Dictionary<string, string> ChangedParties(Job stored, Job job)
    {
        var refusals = new Dictionary<string, string>();
        if (job.UserId != stored.UserId)
        {
            refusals["userid"] = RestAnswers.UserChanged(stored.JobSlurmId, stored.UserId, job.UserId);
        }

        if (job.AccountId != stored.AccountId)
        {
            refusals["accountid"] = RestAnswers.AccountChanged(stored.JobSlurmId, stored.AccountId, job.AccountId);
        }

        return refusals;
    }
}
