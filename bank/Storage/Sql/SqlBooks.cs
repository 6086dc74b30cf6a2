using SlurmBanking.Bank.Ledger;
using SlurmBanking.BankApi;

namespace SlurmBanking.Bank.Storage.Sql;

/// <summary>The books within a transaction of a session's.</summary>
internal class SqlBooks(SqlSession session) : SqlBooksReader(session), IBooks
{
    /// <summary>For <see cref="Write"/>: when one of the id is there, the database refuses.</summary>
    protected const string AddJob = $"""
        INSERT INTO jobs ({SqlJobs.Columns})
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)
        """;

    /// <summary>For <see cref="Write"/>: the new one takes the place of the old.</summary>
    protected const string AddOrReplaceJob = $"""
        {AddJob}
        ON CONFLICT (jobslurmid) DO UPDATE SET
            submitted = excluded.submitted, started = excluded.started, ended = excluded.ended, amount = excluded.amount,
            status = excluded.status, partition = excluded.partition, qos = excluded.qos, nodes = excluded.nodes,
            cpus = excluded.cpus, nodes_asked = excluded.nodes_asked, nodes_given = excluded.nodes_given,
            raw_time = excluded.raw_time, cpu_time = excluded.cpu_time, billed_to = excluded.billed_to,
            charged = excluded.charged, revision = excluded.revision, is_settled = excluded.is_settled,
            period = excluded.period, refunded = excluded.refunded
        """;

    /// <summary>Keeps a lease, in the place of the one that is there.</summary>
    private const string SaveLease = """
        INSERT INTO leases (account, cluster, uid, granted, held, wanted, unmet, uncovered, expires, sequence)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
        ON CONFLICT (account, uid, cluster) DO UPDATE SET
            granted = excluded.granted, held = excluded.held, wanted = excluded.wanted, unmet = excluded.unmet,
            uncovered = excluded.uncovered, expires = excluded.expires, sequence = excluded.sequence
        """;

    // Of one token: who has it can't fill the database by signing in.
    private const int MostSessions = 100;

    public virtual void Post(IReadOnlyList<Transfer> transfers, DateTimeOffset now)
    {
        foreach (var transfer in transfers)
        {
            Session.Run(
                """
                INSERT INTO transfers (at, code, debit, credit, amount, job, key, actor, reason)
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
                """,
                SqlValues.ToMicroseconds(now),
                transfer.Code.ToString(),
                Open(transfer.Debit),
                Open(transfer.Credit),
                transfer.Amount.Hundredths,
                transfer.Job,
                transfer.Key,
                transfer.Actor,
                transfer.Reason
            );
        }
    }

    public virtual void Save(StoredJob job) => Write(job, AddOrReplaceJob);

    public virtual void Add(Account account, DateTimeOffset now)
    {
        var allocation = account.Allocation;
        Session.Run(
            "INSERT INTO accounts (name, max_total, starts, ends, is_exempt, opened, period) VALUES ($1, $2, $3, $4, $5, $6, $7)",
            account.Name,
            allocation.Limit?.Hundredths,
            SqlValues.ToMicroseconds(allocation.Start),
            SqlValues.ToMicroseconds(allocation.End),
            allocation.IsExempt,
            SqlValues.ToMicroseconds(now),
            allocation.Period
        );
        Open(LedgerAccount.Project(account.Name), allocation.IsExempt);
        SetCredit(account);
    }

    public virtual void Save(Account account)
    {
        var allocation = account.Allocation;
        Session.Run(
            "UPDATE accounts SET max_total = $2, starts = $3, ends = $4, period = $5 WHERE name = $1",
            account.Name,
            allocation.Limit?.Hundredths,
            SqlValues.ToMicroseconds(allocation.Start),
            SqlValues.ToMicroseconds(allocation.End),
            allocation.Period
        );
        SetCredit(account);
    }

    public virtual void Save(Member member) =>
        Session.Run(
            "INSERT INTO members (account, uid, cap) VALUES ($1, $2, $3) ON CONFLICT (account, uid) DO UPDATE SET cap = excluded.cap",
            member.Account,
            member.Uid,
            member.Cap?.Hundredths
        );

    public virtual bool RemoveMember(string account, string uid)
    {
        // Known without being a member of anything.
        Session.Run("INSERT INTO users (uid) VALUES ($1) ON CONFLICT (uid) DO NOTHING", uid);
        return Session.First(static _ => true, "DELETE FROM members WHERE account = $1 AND uid = $2 RETURNING 1", account, uid);
    }

    public virtual void Record(string account, AccountChange change) =>
        Session.Run(
            "INSERT INTO account_changes (account, at, what, actor, reason) VALUES ($1, $2, $3, $4, $5)",
            account,
            SqlValues.ToMicroseconds(change.At),
            change.What,
            change.Actor,
            change.Reason
        );

    public void Add(StoredSession session, DateTimeOffset now)
    {
        Session.Run("DELETE FROM sessions WHERE token = $1 AND ends <= $2", session.Token, SqlValues.ToMicroseconds(now));
        Session.Run(
            """
            DELETE FROM sessions
            WHERE hash IN (SELECT hash FROM sessions WHERE token = $1 ORDER BY begun DESC, hash LIMIT 1000 OFFSET $2)
            """,
            session.Token,
            MostSessions - 1
        );
        Session.Run(
            "INSERT INTO sessions (hash, token, begun, ends) VALUES ($1, $2, $3, $4)",
            session.Hash,
            session.Token,
            SqlValues.ToMicroseconds(now),
            SqlValues.ToMicroseconds(session.Ends)
        );
    }

    public void RemoveSession(byte[] hash) => Session.Run("DELETE FROM sessions WHERE hash = $1", hash);

    public bool TryAdd(StoredToken token, DateTimeOffset now)
    {
        if (Session.First(static _ => true, "SELECT 1 FROM tokens WHERE name = $1", token.Name))
        {
            return false;
        }

        Session.Run(
            "INSERT INTO tokens (hash, name, scope, created, expires) VALUES ($1, $2, $3, $4, $5)",
            token.Hash,
            token.Name,
            token.Scope.ToString(),
            SqlValues.ToMicroseconds(now),
            SqlValues.ToMicroseconds(token.Expires)
        );
        return true;
    }

    public bool RemoveToken(string name) => Session.First(static _ => true, "DELETE FROM tokens WHERE name = $1 RETURNING 1", name);

    public void Save(StoredUser user) =>
        Session.Run(
            "INSERT INTO users (uid, name, email) VALUES ($1, $2, $3) ON CONFLICT (uid) DO UPDATE SET name = excluded.name, email = excluded.email",
            user.Uid,
            user.Name,
            user.Email
        );

    public void Save(Partition partition) =>
        Session.Run(
            """
            INSERT INTO partitions (name, is_shared, nodes, cores, price) VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT (name) DO UPDATE SET
                is_shared = excluded.is_shared, nodes = excluded.nodes, cores = excluded.cores, price = excluded.price, cluster = NULL
            """,
            partition.Name,
            partition.Shared,
            partition.NumNodes,
            partition.NumCores,
            partition.SuPerCoreHour
        );

    public void SaveAll(string cluster, IReadOnlyList<Partition> partitions)
    {
        Session.Run("DELETE FROM partitions WHERE cluster = $1", cluster);
        // Always in one order: clusters that name the same ones wait for each other, never in a circle.
        foreach (var partition in partitions.OrderBy(static partition => partition.Name, StringComparer.Ordinal))
        {
            Session.Run(
                """
                INSERT INTO partitions (name, is_shared, nodes, cores, price, cluster) VALUES ($1, $2, $3, $4, $5, $6)
                ON CONFLICT (name) DO UPDATE SET
                    is_shared = excluded.is_shared, nodes = excluded.nodes, cores = excluded.cores, price = excluded.price,
                    cluster = excluded.cluster
                WHERE partitions.cluster IS NOT NULL
                """,
                partition.Name,
                partition.Shared,
                partition.NumNodes,
                partition.NumCores,
                partition.SuPerCoreHour,
                cluster
            );
        }
    }

    public void SaveNames(IReadOnlyList<ClusterUser> users)
    {
        foreach (var user in users.OrderBy(static user => user.UserId, StringComparer.Ordinal))
        {
            Session.Run(
                """
                INSERT INTO users (uid, name) VALUES ($1, $2) ON CONFLICT (uid) DO UPDATE SET name = excluded.name
                WHERE users.name IS DISTINCT FROM excluded.name
                """,
                user.UserId,
                user.Username
            );
        }
    }

    public bool RemovePartition(string name) => Session.First(static _ => true, "DELETE FROM partitions WHERE name = $1 RETURNING 1", name);

    public virtual void Save(IReadOnlyList<Lease> leases)
    {
        foreach (var lease in leases)
        {
            Session.Run(SaveLease, ValuesOf(lease));
        }
    }

    public virtual void RemoveAbandonedLeases(string account, DateTimeOffset before) =>
        Session.Run($"DELETE FROM leases WHERE {IsAbandoned} AND account = $2", SqlValues.ToMicroseconds(before), account);

    public virtual void Release(LeaseRelease release)
    {
        Session.Run(
            "INSERT INTO lease_releases (at, account, cluster, released, actor, reason) VALUES ($1, $2, $3, $4, $5, $6)",
            SqlValues.ToMicroseconds(release.At),
            release.Account,
            release.Cluster,
            release.Released.Hundredths,
            release.Actor,
            release.Reason
        );
        Session.Run("DELETE FROM leases WHERE account = $1 AND cluster = $2", release.Account, release.Cluster);
    }

    /// <summary>The values of <see cref="SaveLease"/>.</summary>
    private static object?[] ValuesOf(Lease lease) =>
        [
            lease.Account,
            lease.Cluster,
            lease.Uid,
            lease.Granted.Hundredths,
            lease.Held.Hundredths,
            lease.Wanted.Hundredths,
            lease.Unmet.Hundredths,
            lease.Uncovered.Hundredths,
            SqlValues.ToMicroseconds(lease.Expires),
            lease.Sequence,
        ];

    /// <summary>Stores a job.</summary>
    /// <param name="job">The job.</param>
    /// <param name="statement">How.</param>
    protected void Write(StoredJob job, string statement)
    {
        var (record, bill) = job;
        Session.Run(
            statement,
            record.JobSlurmId,
            record.AccountId,
            record.UserId,
            SqlValues.ToMicroseconds(record.SubmitDate),
            SqlValues.ToMicroseconds(record.StartDate),
            SqlValues.ToMicroseconds(record.EndDate),
            record.Amount.GetValueOrDefault().Hundredths,
            record.JobStatus,
            record.Partition,
            record.Qos,
            SqlJobs.ToText(record.Nodes),
            record.NumCpus,
            record.NumReqNodes,
            record.NumAllocNodes,
            record.RawTime,
            record.CpuTime,
            bill.Partition,
            bill.Charged.Hundredths,
            bill.Revision,
            bill.IsSettled,
            bill.Period,
            bill.Refunded.Hundredths
        );
    }

    /// <summary>The id of an account of the ledger; a new one's when there is none yet.</summary>
    protected virtual long Open(LedgerAccount account, bool mayOverdraw = false)
    {
        var kind = account.Kind.ToString();
        return Session.First(
                static row => (long?)row.GetInt64(0),
                "SELECT id FROM ledger_accounts WHERE kind = $1 AND owner = $2 AND uid = $3",
                kind,
                account.Owner,
                account.Uid
            )
            ?? Session.First(
                static row => row.GetInt64(0),
                "INSERT INTO ledger_accounts (kind, owner, uid, may_overdraw) VALUES ($1, $2, $3, $4) RETURNING id",
                kind,
                account.Owner,
                account.Uid,
                mayOverdraw
            );
    }

    // The credit is kept where the constraint is that it loosens.
    private void SetCredit(Account account) =>
        Session.Run(
            "UPDATE ledger_accounts SET credit_limit = $2 WHERE kind = 'Project' AND owner = $1 AND uid = ''",
            account.Name,
            account.Allocation.Credit.Hundredths
        );
}
