namespace SlurmBanking.Bank.Ledger;

/// <summary>Decides where the amount of a job record goes. Time is the bank's; the dates of the record are data.</summary>
public static class BillingRule
{
    /// <summary>The rule for a new job (POST): it needs to say when it was submitted and when it started.</summary>
    public static BillingPlace ForCreate(DateTimeOffset? submitted, DateTimeOffset? started, Allocation allocation) =>
        submitted is null || started is null || started < allocation.Start ? BillingPlace.Nowhere : BillingPlace.Allocation;

    /// <summary>
    /// The rule for a job that is replaced (PUT): it needs all three dates, in the window of the allocation. After the window
    /// has closed an end beyond it is a fact that goes to the overrun; before, it is a guess that changes nothing. What was charged
    /// in a period that has been closed since is settled there.
    /// </summary>
    public static BillingPlace ForPut(
        DateTimeOffset? submitted,
        DateTimeOffset? started,
        DateTimeOffset? ended,
        Allocation allocation,
        DateTimeOffset now,
        bool isOfEarlierPeriod = false
    )
    {
        if (submitted is null || started is null || ended is null)
        {
            return BillingPlace.Nowhere;
        }

        if (isOfEarlierPeriod)
        {
            return BillingPlace.EarlierPeriod;
        }

        if (started < allocation.Start)
        {
            return BillingPlace.Nowhere;
        }

        if (allocation.HasExpired(now))
        {
            return BillingPlace.Overrun;
        }

        return ended > allocation.End ? BillingPlace.Nowhere : BillingPlace.Allocation;
    }
}
