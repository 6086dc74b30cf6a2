using SlurmBanking.Bank.Ledger;
using SlurmBanking.Bank.Storage.Sql;
using SlurmBanking.Terms;

namespace SlurmBanking.Bank.Storage.Postgres;

/// <summary>
/// The books within a transaction that other transactions run beside (READ COMMITTED). The first project that the work looks for,
/// or whose job it looks for, is locked until the commit, and is the only one that it may write to: work on one project so runs
/// one after another, work on others at the same time, and since nobody waits for a second lock while holding a first there is no
/// deadlock. SERIALIZABLE would need no locks, but would make those repeat their work who meet on a busy project, again and again.
/// </summary>
internal sealed class PostgresBooks(PostgresSession session) : SqlBooks(session)
{
    // Not FOR UPDATE, which would wait for those who only refer to the row.
    private const string Locked = " FOR NO KEY UPDATE";

    private const string OwnBalances =
        "SELECT kind, credits - debits FROM ledger_accounts "
        + "WHERE kind IN ('GrantSource', 'Project', 'Expired', 'Overrun') AND owner = $1 AND uid = '' AND project = $1";

    private static readonly LedgerAccountKind[] OwnKinds =
    [
        LedgerAccountKind.GrantSource,
        LedgerAccountKind.Project,
        LedgerAccountKind.Expired,
        LedgerAccountKind.Overrun,
    ];

    // What is asked in one go, since for each question to the server all wait who want the project.
    private readonly Dictionary<LedgerAccountKind, ServiceUnits> _balances = [];

    private readonly HashSet<string> _unknownJobs = [];
    private string? _project;

    // The project, as it is since it was locked; null when it is not known or has been changed.
    private Account? _found;

    public override Account? FindAccount(string name)
    {
        if (_found is { } found && found.Name == name)
        {
            return found;
        }

        if (_project is not null)
        {
            return base.FindAccount(name);
        }

        _found = FindAccount(name, Locked);
        _project = _found?.Name;
        return _found;
    }

    public override StoredJob? FindJob(string id)
    {
        // A job never changes its project: what is found of it before the lock is true behind it.
        if (
            _project is null
            && Session.First(static row => row.GetString(0), "SELECT account FROM jobs WHERE jobslurmid = $1", id) is { } name
        )
        {
            _ = FindAccount(name);
        }

        var job = base.FindJob(id);
        if (job is null)
        {
            _unknownJobs.Add(id);
        }

        return job;
    }

    public override ServiceUnits Balance(LedgerAccount account)
    {
        Demand(account);
        if (!OwnKinds.Contains(account.Kind))
        {
            return base.Balance(account);
        }

        if (_balances.Count == 0)
        {
            // One that has no transfer is not there.
            foreach (var kind in OwnKinds)
            {
                _balances[kind] = ServiceUnits.Zero;
            }

            foreach (var (kind, balance) in Session.All(static row => (row.GetString(0), row.Amount(1)), OwnBalances, account.Owner))
            {
                _balances[Enum.Parse<LedgerAccountKind>(kind)] = balance;
            }
        }

        return _balances[account.Kind];
    }

    public override void Post(IReadOnlyList<Transfer> transfers, DateTimeOffset now)
    {
        if (transfers.Count == 0)
        {
            return;
        }

        foreach (var transfer in transfers)
        {
            Demand(transfer.Debit);
            Demand(transfer.Credit);
        }

        _balances.Clear();
        foreach (var transfer in transfers)
        {
            Session.Run(
                """
                INSERT INTO transfers (at, code, debit, credit, amount, job, key, actor, reason)
                VALUES ($1, $2, ledger_account($3, $4, $5, $9, false), ledger_account($6, $7, $8, $9, false), $10, $11, $12, $13, $14)
                """,
                SqlValues.ToMicroseconds(now),
                transfer.Code.ToString(),
                transfer.Debit.Kind.ToString(),
                transfer.Debit.Owner,
                transfer.Debit.Uid,
                transfer.Credit.Kind.ToString(),
                transfer.Credit.Owner,
                transfer.Credit.Uid,
                _project,
                transfer.Amount.Hundredths,
                transfer.Job,
                transfer.Key,
                transfer.Actor,
                transfer.Reason
            );
        }
    }

    public override void Save(StoredJob job)
    {
        Demand(job.Bill.Account);
        // Two projects' jobs of one id can be created at the same time: the second must fail here, not take the place of the first.
        Write(job, _unknownJobs.Remove(job.Bill.Job) ? AddJob : AddOrReplaceJob);
    }

    public override void Add(Account account, DateTimeOffset now)
    {
        _project ??= account.Name;
        Demand(account.Name);
        base.Add(account, now);
    }

    public override void Save(Account account)
    {
        Demand(account.Name);
        _found = null;
        base.Save(account);
    }

    public override void Save(Member member)
    {
        Demand(member.Account);
        base.Save(member);
    }

    public override void Save(IReadOnlyList<Lease> leases)
    {
        foreach (var lease in leases)
        {
            Demand(lease.Account);
        }

        base.Save(leases);
    }

    public override void RemoveAbandonedLeases(string account, DateTimeOffset before)
    {
        Demand(account);
        base.RemoveAbandonedLeases(account, before);
    }

    public override void Release(LeaseRelease release)
    {
        Demand(release.Account);
        base.Release(release);
    }

    public override bool RemoveMember(string account, string uid)
    {
        Demand(account);
        return base.RemoveMember(account, uid);
    }

    public override void Record(string account, AccountChange change)
    {
        Demand(account);
        base.Record(account, change);
    }

    protected override long Open(LedgerAccount account, bool mayOverdraw = false) =>
        Session.First(
            static row => row.GetInt64(0),
            "SELECT ledger_account($1, $2, $3, $4, $5)",
            account.Kind.ToString(),
            account.Owner,
            account.Uid,
            _project,
            mayOverdraw
        );

    private void Demand(LedgerAccount account)
    {
        if (account.Kind != LedgerAccountKind.Revenue)
        {
            Demand(account.Owner);
        }
    }

    private void Demand(string project)
    {
        if (project != _project)
        {
            throw new InvalidOperationException($"{project} was not looked for first: it is not locked");
        }
    }
}
