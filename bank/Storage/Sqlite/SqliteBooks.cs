using SlurmBanking.Bank.Ledger;

namespace SlurmBanking.Bank.Storage.Sqlite;

/// <summary>The books within a transaction of a session's.</summary>
internal sealed class SqliteBooks(SqliteSession session) : SqliteBooksReader(session), IBooks
{
    public void Post(IReadOnlyList<Transfer> transfers, DateTimeOffset now)
    {
        foreach (var transfer in transfers)
        {
            Session.Run(
                "INSERT INTO transfers (at, code, debit, credit, amount, job, key) VALUES ($1, $2, $3, $4, $5, $6, $7)",
                SqliteValues.ToMicroseconds(now),
                transfer.Code.ToString(),
                Open(transfer.Debit),
                Open(transfer.Credit),
                transfer.Amount.Hundredths,
                transfer.Job,
                transfer.Key
            );
        }
    }

    public void Save(StoredJob job)
    {
        var (record, bill) = job;
        Session.Run(
            """
            INSERT INTO jobs (jobslurmid, account, uid, submitted, started, ended, amount, status, partition, qos, nodes, cpus,
                              nodes_asked, nodes_given, raw_time, cpu_time, billed_to, charged, revision, is_settled)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)
            ON CONFLICT (jobslurmid) DO UPDATE SET
                submitted = excluded.submitted, started = excluded.started, ended = excluded.ended, amount = excluded.amount,
                status = excluded.status, partition = excluded.partition, qos = excluded.qos, nodes = excluded.nodes,
                cpus = excluded.cpus, nodes_asked = excluded.nodes_asked, nodes_given = excluded.nodes_given,
                raw_time = excluded.raw_time, cpu_time = excluded.cpu_time, billed_to = excluded.billed_to,
                charged = excluded.charged, revision = excluded.revision, is_settled = excluded.is_settled
            """,
            record.JobSlurmId,
            record.AccountId,
            record.UserId,
            SqliteValues.ToMicroseconds(record.SubmitDate),
            SqliteValues.ToMicroseconds(record.StartDate),
            SqliteValues.ToMicroseconds(record.EndDate),
            record.Amount.GetValueOrDefault().Hundredths,
            record.JobStatus,
            record.Partition,
            record.Qos,
            SqliteJobs.ToText(record.Nodes),
            record.NumCpus,
            record.NumReqNodes,
            record.NumAllocNodes,
            SqliteValues.ToText(record.RawTime),
            SqliteValues.ToText(record.CpuTime),
            bill.Partition,
            bill.Charged.Hundredths,
            bill.Revision,
            bill.IsSettled
        );
    }

    public void Add(Account account, DateTimeOffset now)
    {
        var allocation = account.Allocation;
        Session.Run(
            "INSERT INTO accounts (name, max_total, starts, ends, is_exempt, opened) VALUES ($1, $2, $3, $4, $5, $6)",
            account.Name,
            allocation.Limit?.Hundredths,
            SqliteValues.ToMicroseconds(allocation.Start),
            SqliteValues.ToMicroseconds(allocation.End),
            allocation.IsExempt,
            SqliteValues.ToMicroseconds(now)
        );
        Open(LedgerAccount.Project(account.Name), allocation.IsExempt);
    }

    public void Save(Member member) =>
        Session.Run(
            "INSERT INTO members (account, uid, cap) VALUES ($1, $2, $3) ON CONFLICT (account, uid) DO UPDATE SET cap = excluded.cap",
            member.Account,
            member.Uid,
            member.Cap?.Hundredths
        );

    public bool TryAdd(StoredToken token, DateTimeOffset now)
    {
        if (Session.First(static _ => true, "SELECT 1 FROM tokens WHERE name = $1", token.Name))
        {
            return false;
        }

        Session.Run(
            "INSERT INTO tokens (hash, name, is_staff, created, expires) VALUES ($1, $2, $3, $4, $5)",
            token.Hash,
            token.Name,
            token.IsStaff,
            SqliteValues.ToMicroseconds(now),
            SqliteValues.ToMicroseconds(token.Expires)
        );
        return true;
    }

    private long Open(LedgerAccount account, bool mayOverdraw = false)
    {
        var kind = account.Kind.ToString();
        var id = Session.First(
            static row => row.GetInt64(0),
            "SELECT id FROM ledger_accounts WHERE kind = $1 AND owner = $2 AND uid = $3",
            kind,
            account.Owner,
            account.Uid
        );
        return id != 0
            ? id
            : Session.First(
                static row => row.GetInt64(0),
                "INSERT INTO ledger_accounts (kind, owner, uid, may_overdraw) VALUES ($1, $2, $3, $4) RETURNING id",
                kind,
                account.Owner,
                account.Uid,
                mayOverdraw
            );
    }
}
