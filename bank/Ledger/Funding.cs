using SlurmBanking.Terms;

namespace SlurmBanking.Bank.Ledger;

/// <summary>Turns deposits and adjustments into transfers.</summary>
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
    /// <param name="code">A deposit or an adjustment.</param>
    /// <param name="actor">Who gives it; null when nobody says.</param>
    /// <param name="reason">Why; null when nobody says.</param>
    public static IReadOnlyList<Transfer> Deposit(
        string project,
        ServiceUnits amount,
        string key,
        Allocation allocation,
        Standing standing,
        TransferCode code = TransferCode.Deposit,
        string? actor = null,
        string? reason = null
    )
    {
        var (source, funds) = (LedgerAccount.GrantSource(project), LedgerAccount.Project(project));
        return
        [
            new Transfer(code, source, funds, amount, key, Actor: actor, Reason: reason),
            .. PayDebt(project, $"overrun/{key}", allocation, standing with { Deposited = standing.Deposited + amount }),
        ];
    }

    /// <summary>Takes a part of what is left of its deposits from a project.</summary>
    /// <param name="project">The project's name.</param>
    /// <param name="amount">How much; more than zero, at most what is left.</param>
    /// <param name="key">The idempotency key.</param>
    /// <param name="actor">Who takes it.</param>
    /// <param name="reason">Why.</param>
    public static Transfer Withdraw(string project, ServiceUnits amount, string key, string actor, string reason) =>
        new(
            TransferCode.Adjustment,
            LedgerAccount.Project(project),
            LedgerAccount.GrantSource(project),
            amount,
            key,
            Actor: actor,
            Reason: reason
        );

    /// <summary>Pays what a project used beyond its allocation, as far as there is room on it now.</summary>
    /// <param name="project">The project's name.</param>
    /// <param name="key">The idempotency key.</param>
    /// <param name="allocation">The project's allocation.</param>
    /// <param name="standing">How the project stands.</param>
    public static IEnumerable<Transfer> PayDebt(string project, string key, Allocation allocation, Standing standing)
    {
        var room = standing.Room(allocation);
        var paid = standing.Overrun < room ? standing.Overrun : room;
        if (paid > ServiceUnits.Zero)
        {
            yield return new(TransferCode.Adjustment, LedgerAccount.Project(project), LedgerAccount.Overrun(project), paid, key);
        }
    }
}
