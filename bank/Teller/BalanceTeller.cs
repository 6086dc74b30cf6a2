using SlurmBanking.Bank.Ledger;
using SlurmBanking.Bank.Storage;
using SlurmBanking.BankApi;
using SlurmBanking.Terms;

namespace SlurmBanking.Bank.Teller;

/// <summary>Says what projects and users may still use: the very numbers that a submission is checked against.</summary>
public static class BalanceTeller
{
    /// <summary>How a project stands, and a user in it.</summary>
    /// <param name="books">The books.</param>
    /// <param name="name">The project.</param>
    /// <param name="uid">The user; null for none.</param>
    /// <param name="now">The bank's time.</param>
    /// <param name="cluster">The cluster that asks, whose own leases are not counted; null for a client that is none.</param>
    /// <exception cref="TellerException">There is no such project.</exception>
    public static AccountBalance Read(IBooksReader books, string name, string? uid, DateTimeOffset now, string? cluster = null)
    {
        var allocation = AccountTeller.Find(books, name).Allocation;
        var standing = Standing.Read(name, books.Balance);
        var leased = LeaseTeller.LeasedToOthers(books, name, Lease.OfProject, cluster, now);
        ServiceUnits? limit = allocation.IsExempt ? null : allocation.Total(standing.Deposited);
        return new AccountBalance
        {
            Account = name,
            IsActive = allocation.IsActive(now),
            IsExempt = allocation.IsExempt,
            Project = new LimitBalance
            {
                Limit = limit,
                Charged = standing.Usage,
                Leased = leased,
                Available = limit - standing.Usage - leased,
            },
            User = uid is null ? null : ReadUser(books, name, uid, allocation, LeaseTeller.LeasedToOthers(books, name, uid, cluster, now)),
        };
    }

    private static UserBalance ReadUser(IBooksReader books, string name, string uid, Allocation allocation, ServiceUnits leased)
    {
        var member = books.FindMember(name, uid);
        var cap = allocation.IsExempt ? null : member?.Cap;
        var charged = -books.Balance(LedgerAccount.UserCap(name, uid));
        return new UserBalance
        {
            Limit = cap,
            Charged = charged,
            Leased = leased,
            Available = cap - charged - leased,
            Uid = uid,
            IsMember = member is not null,
        };
    }
}
