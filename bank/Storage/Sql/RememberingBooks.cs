using SlurmBanking.Bank.Ledger;
using SlurmBanking.Terms;

namespace SlurmBanking.Bank.Storage.Sql;

/// <summary>Books that ask for nothing twice.</summary>
/// <param name="session">The session.</param>
/// <param name="memory">What is known; what is asked or written comes to it.</param>
internal class RememberingBooks(SqlSession session, BooksMemory memory) : SqlBooks(session)
{
    protected BooksMemory Memory => memory;

    public override Account? FindAccount(string name)
    {
        if (!memory.Accounts.TryGetValue(name, out var account))
        {
            account = base.FindAccount(name);
            // One that is not there may be opened at any time; whoever opens one asks first.
            if (account is not null)
            {
                memory.Accounts.Add(name, account);
            }
        }

        return account;
    }

    public override Member? FindMember(string account, string uid)
    {
        if (!memory.Members.TryGetValue((account, uid), out var member))
        {
            member = base.FindMember(account, uid);
            memory.Members.Add((account, uid), member);
        }

        return member;
    }

    public override bool IsUserKnown(string uid)
    {
        if (!memory.Users.TryGetValue(uid, out var isKnown))
        {
            isKnown = base.IsUserKnown(uid);
            // Who is known stays so; who is not becomes it in many ways.
            if (isKnown)
            {
                memory.Users.Add(uid, isKnown);
            }
        }

        return isKnown;
    }

    public override ServiceUnits Balance(LedgerAccount account)
    {
        if (account.Kind == LedgerAccountKind.Revenue)
        {
            return base.Balance(account);
        }

        if (!memory.Balances.TryGetValue(account, out var balance))
        {
            balance = base.Balance(account);
            memory.Balances.Add(account, balance);
        }

        return balance;
    }

    public override IReadOnlyList<Lease> LeasesOn(string account, string uid)
    {
        if (!memory.Leases.TryGetValue((account, uid), out var leases))
        {
            leases = base.LeasesOn(account, uid);
            memory.Leases.Add((account, uid), leases);
        }

        return leases;
    }

    public override IReadOnlyList<Lease> LeasesOf(string account, string cluster, string uid) =>
        uid == Lease.OfProject
            ? [.. LeasesOn(account, uid).Where(lease => lease.Cluster == cluster)]
            : [.. LeasesOn(account, Lease.OfProject).Concat(LeasesOn(account, uid)).Where(lease => lease.Cluster == cluster)];

    public override void Post(IReadOnlyList<Transfer> transfers, DateTimeOffset now)
    {
        base.Post(transfers, now);
        Remember(transfers);
    }

    public override void Save(Account account)
    {
        memory.Accounts.Remove(account.Name);
        base.Save(account);
    }

    public override void Save(Member member)
    {
        memory.Members.Remove((member.Account, member.Uid));
        base.Save(member);
    }

    public override bool RemoveMember(string account, string uid)
    {
        memory.Members.Remove((account, uid));
        return base.RemoveMember(account, uid);
    }

    public override void Save(IReadOnlyList<Lease> leases)
    {
        base.Save(leases);
        Remember(leases);
    }

    public override void RemoveAbandonedLeases(string account, DateTimeOffset before)
    {
        base.RemoveAbandonedLeases(account, before);
        ForgetLeases(account);
    }

    public override void Release(LeaseRelease release)
    {
        base.Release(release);
        ForgetLeases(release.Account);
    }

    protected override long Open(LedgerAccount account, bool mayOverdraw = false)
    {
        if (!memory.Ids.TryGetValue(("", account), out var id))
        {
            id = base.Open(account, mayOverdraw);
            memory.Ids.Add(("", account), id);
        }

        return id;
    }

    /// <summary>Takes transfers that were posted into the balances that are known.</summary>
    protected void Remember(IReadOnlyList<Transfer> transfers)
    {
        foreach (var transfer in transfers)
        {
            Move(transfer.Debit, -transfer.Amount);
            Move(transfer.Credit, transfer.Amount);
        }
    }

    /// <summary>Takes leases that were saved.</summary>
    protected void Remember(IReadOnlyList<Lease> leases)
    {
        foreach (var lease in leases)
        {
            if (memory.Leases.TryGetValue((lease.Account, lease.Uid), out var known))
            {
                memory.Leases[(lease.Account, lease.Uid)] = [.. known.Where(other => other.Cluster != lease.Cluster), lease];
            }
        }
    }

    private void ForgetLeases(string account)
    {
        foreach (var limit in memory.Leases.Keys.Where(limit => limit.Account == account).ToList())
        {
            memory.Leases.Remove(limit);
        }
    }

    private void Move(LedgerAccount account, ServiceUnits amount)
    {
        if (memory.Balances.TryGetValue(account, out var balance))
        {
            memory.Balances[account] = balance + amount;
        }
    }
}
