using SlurmBanking.Terms;

namespace SlurmBanking.Bank.Ledger;

/// <summary>Turns a deposit into transfers.</summary>
public static class Funding
{
    /// <summary>
    /// Credits a project; what it had used beyond its allocation is paid from the deposit as far as the allocation grows,
    /// so that a debt stands only where the allocation is used up.
    /// </summary>
    /// <param name="project">The project's name.</param>
    /// <param name="amount">How much; more than zero.</param>
    /// <param name="key">The idempotency key.</param>
    /// <param name="allocation">The project's allocation.</param>
    /// <param name="standing">How the project stood before.</param>
    public static IReadOnlyList<Transfer> Deposit(string project, ServiceUnits amount, string key, Allocation allocation, Standing standing)
    {
        var transfers = new List<Transfer>
        {
            new(TransferCode.Deposit, LedgerAccount.GrantSource(project), LedgerAccount.Project(project), amount, key),
        };
        var room = (standing with { Deposited = standing.Deposited + amount }).Room(allocation);
        var paid = standing.Overrun < room ? standing.Overrun : room;
        if (paid > ServiceUnits.Zero)
        {
            transfers.Add(
                new(TransferCode.Adjustment, LedgerAccount.Project(project), LedgerAccount.Overrun(project), paid, $"{key}/overrun")
            );
        }

        return transfers;
    }
}
