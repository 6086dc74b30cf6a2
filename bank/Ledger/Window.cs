using SlurmBanking.Bank.Messages;
using SlurmBanking.Terms;

namespace SlurmBanking.Bank.Ledger;

/// <summary>Turns the end of a project's window, and the beginning of the next, into transfers.</summary>
public static class Window
{
    /// <summary>Moves out what is left of the deposits when the window has ended.</summary>
    /// <param name="account">The project.</param>
    /// <param name="totals">The running totals of the project's accounts of the ledger.</param>
    /// <param name="now">The bank's time.</param>
    /// <returns>One transfer, or none when nothing is left or the window goes on.</returns>
    public static IReadOnlyList<Transfer> Expire(Account account, IReadOnlyList<LedgerTotals> totals, DateTimeOffset now)
    {
        var left = Balance(totals, LedgerAccount.Project(account.Name));
        if (!account.Allocation.HasExpired(now) || left <= ServiceUnits.Zero)
        {
            return [];
        }

        // What has expired before only grows, so each state of the books gives a key of its own.
        var before = totals.FirstOrDefault(kept => kept.Account == LedgerAccount.Expired(account.Name))?.Credits.Hundredths ?? 0;
        var key = $"expiry/{account.Name}/{account.Allocation.Period}/{before}";
        return [new(TransferCode.Expiry, LedgerAccount.Project(account.Name), LedgerAccount.Expired(account.Name), left, key)];
    }

    /// <summary>
    /// Closes a period for the next to begin at zero: what expired goes back to its source but for what is carried over, and what
    /// project and users used is put with the earlier periods. A debt stays a debt.
    /// </summary>
    /// <param name="account">The project in the period that ends, expired already.</param>
    /// <param name="totals">The running totals of the project's accounts of the ledger.</param>
    /// <param name="carried">What the next period begins with; at most what has expired.</param>
    /// <param name="actor">Who renews.</param>
    public static IReadOnlyList<Transfer> Close(Account account, IReadOnlyList<LedgerTotals> totals, ServiceUnits carried, string actor)
    {
        var name = account.Name;
        var transfers = new List<Transfer>();
        void Move(TransferCode why, LedgerAccount debit, LedgerAccount credit, ServiceUnits moved, string? by = null, string? reason = null)
        {
            if (moved > ServiceUnits.Zero)
            {
                var key = $"renewal/{name}/{account.Allocation.Period + 1}/{transfers.Count}";
                transfers.Add(new Transfer(why, debit, credit, moved, key, Actor: by, Reason: reason));
            }
        }

        var (source, project, closed) = (LedgerAccount.GrantSource(name), LedgerAccount.Project(name), LedgerAccount.Closed(name));
        var expired = Balance(totals, LedgerAccount.Expired(name));
        Move(TransferCode.Adjustment, LedgerAccount.Expired(name), project, carried, actor, Records.CarriedOver);
        Move(TransferCode.Expiry, LedgerAccount.Expired(name), source, expired - carried);
        Move(TransferCode.Adjustment, closed, source, -Balance(totals, source) - expired);
        if (account.Allocation.IsExempt)
        {
            // Nothing is owed by whom nothing is refused.
            Move(TransferCode.Adjustment, closed, project, -Balance(totals, project));
        }

        foreach (var user in totals.Where(static kept => kept.Account.Kind == LedgerAccountKind.UserCap))
        {
            var earlier = LedgerAccount.ClosedCap(name, user.Account.Uid);
            Move(TransferCode.Adjustment, earlier, user.Account, user.Debits - user.Credits);
        }

        return transfers;
    }

    /// <summary>Credits less debits of one of the accounts; zero for one that is not there.</summary>
    public static ServiceUnits Balance(IReadOnlyList<LedgerTotals> totals, LedgerAccount account) =>
        totals.FirstOrDefault(kept => kept.Account == account) is { } found ? found.Credits - found.Debits : ServiceUnits.Zero;
}
