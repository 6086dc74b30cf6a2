using System.Globalization;
using SlurmBanking.Bank.Ledger;
using SlurmBanking.Terms;

namespace SlurmBanking.Bank.Storage.Sql;

/// <summary>The books within a transaction of a session's, to read.</summary>
internal partial class SqlBooksReader(SqlSession session) : IBooksReader
{
    private const string Matching =
        "FROM jobs WHERE started IS NOT NULL AND (CAST($1 AS TEXT) IS NULL OR uid = $1) AND (CAST($2 AS TEXT) IS NULL OR account = $2) "
        + "AND (CAST($3 AS TEXT) IS NULL OR jobslurmid = $3)";

    protected SqlSession Session => session;

    public virtual Account? FindAccount(string name) => FindAccount(name, "");

    public Member? FindMember(string account, string uid) =>
        session.First(
            static row => new Member(row.GetString(0), row.GetString(1), row.AmountOrNull(2)),
            "SELECT account, uid, cap FROM members WHERE account = $1 AND uid = $2",
            account,
            uid
        );

    public bool IsUserKnown(string uid) => session.First(static _ => true, "SELECT 1 FROM members WHERE uid = $1 LIMIT 1", uid);

    public virtual ServiceUnits Balance(LedgerAccount account) =>
        session.First(
            static row => row.Amount(0),
            "SELECT CAST(coalesce(sum(credits - debits), 0) AS BIGINT) FROM ledger_accounts WHERE kind = $1 AND owner = $2 AND uid = $3",
            account.Kind.ToString(),
            account.Owner,
            account.Uid
        );

    public virtual StoredJob? FindJob(string id) =>
        session.First(SqlJobs.Read, $"SELECT {SqlJobs.Columns} FROM jobs WHERE jobslurmid = $1", id);

    public JobList ListJobs(JobFilter filter, int skip, int take)
    {
        var (count, amount, cpuTime) = session.First(
            static row => (row.GetInt32(0), row.Amount(1), Convert.ToDecimal(row.GetValue(2), CultureInfo.InvariantCulture)),
            "SELECT CAST(count(*) AS INTEGER), CAST(coalesce(sum(amount), 0) AS BIGINT), coalesce(sum(CAST(cpu_time AS NUMERIC)), 0) "
                + Matching,
            filter.User,
            filter.Account,
            filter.JobSlurmId
        );
        var jobs = session.All(
            SqlJobs.Record,
            $"SELECT {SqlJobs.Columns} {Matching} ORDER BY number LIMIT $4 OFFSET $5",
            filter.User,
            filter.Account,
            filter.JobSlurmId,
            take,
            skip
        );
        return new JobList(count, amount, cpuTime, jobs);
    }

    public IEnumerable<StatementEntry> Statement(string account)
    {
        var balance = ServiceUnits.Zero;
        var entries = session.All(
            static row =>
                (
                    At: row.Time(0),
                    Code: row.GetString(1),
                    Job: row.TextOrNull(2),
                    Uid: row.TextOrNull(3),
                    Amount: row.Amount(4),
                    Actor: row.TextOrNull(5),
                    Reason: row.TextOrNull(6)
                ),
            """
            WITH own AS (SELECT id FROM ledger_accounts WHERE owner = $1 AND kind IN ('Project', 'Overrun')),
                 own_transfers AS (SELECT number, -amount AS amount FROM transfers WHERE debit IN (SELECT id FROM own)
                                   UNION ALL
                                   SELECT number, amount FROM transfers WHERE credit IN (SELECT id FROM own))
            SELECT at, code, job, uid, own_transfers.amount, actor, reason
            FROM own_transfers JOIN transfers USING (number) LEFT JOIN jobs ON jobslurmid = job
            ORDER BY transfers.number, own_transfers.amount
            """,
            account
        );
        foreach (var entry in entries)
        {
            balance += entry.Amount;
            yield return new StatementEntry(
                entry.At,
                Enum.Parse<TransferCode>(entry.Code),
                entry.Job,
                entry.Uid,
                entry.Amount,
                balance,
                entry.Actor,
                entry.Reason
            );
        }
    }

    public IEnumerable<(string Book, long Number, Transfer Transfer)> Transfers() =>
        session.Each(
            static row => (row.GetString(0), row.GetInt64(1), TransferAt(row, 2)),
            $"SELECT {session.NumberColumns}, {TransferColumns} ORDER BY number"
        );

    public IEnumerable<(string Book, long Number)> Lengths() =>
        session.Each(static row => (row.GetString(0), row.GetInt64(1)), session.BookLengths);

    public IEnumerable<LedgerTotals> Totals() => session.Each(TotalsAt, $"SELECT {TotalsColumns} FROM ledger_accounts {TotalsGroups}");

    public IEnumerable<JobBill> Bills() => session.Each(SqlJobs.Bill, $"SELECT {SqlJobs.Columns} FROM jobs ORDER BY number");

    /// <summary>The project of a name.</summary>
    /// <param name="name">The name.</param>
    /// <param name="clause">What the question ends with; "" for nothing.</param>
    protected Account? FindAccount(string name, string clause) =>
        session.First(AccountAt, $"SELECT {AccountColumns} WHERE name = $1{clause}", name);
}
