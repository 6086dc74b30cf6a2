using SlurmBanking.Bank.Ledger;
using SlurmBanking.Terms;

namespace SlurmBanking.Bank.Storage.Sql;

/// <summary>The books within a transaction of a session's, to read.</summary>
internal partial class SqlBooksReader(SqlSession session) : IBooksReader
{
    private const string Matching =
        "FROM jobs WHERE started IS NOT NULL AND (CAST($1 AS TEXT) IS NULL OR uid = $1) AND (CAST($2 AS TEXT) IS NULL OR account = $2) "
        + "AND (CAST($3 AS TEXT) IS NULL OR jobslurmid = $3)";

    private const long Overlap = TimeSpan.TicksPerHour / TimeSpan.TicksPerMicrosecond;

    protected SqlSession Session => session;

    public virtual Account? FindAccount(string name) => FindAccount(name, "");

    public virtual Member? FindMember(string account, string uid) =>
        session.First(
            static row => new Member(row.GetString(0), row.GetString(1), row.AmountOrNull(2)),
            "SELECT account, uid, cap FROM members WHERE account = $1 AND uid = $2",
            account,
            uid
        );

    public virtual bool IsUserKnown(string uid) =>
        session.First(static _ => true, "SELECT 1 FROM members WHERE uid = $1 UNION ALL SELECT 1 FROM users WHERE uid = $1 LIMIT 1", uid);

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
            static row => (row.GetInt32(0), row.Amount(1), row.GetDecimal(2)),
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

    public IReadOnlyList<StatementEntry> Statement(
        string account,
        DateTimeOffset? since = null,
        DateTimeOffset? until = null,
        int take = int.MaxValue
    )
    {
        // By number and by time the order is the same but for what was begun at the same time: an hour more on either side has all
        // that can stand between two entries of the period. Before that only sums are needed, which the index has.
        var (first, end) = (Microseconds(since, long.MinValue), Microseconds(until, long.MaxValue));
        var (from, to) = (since is null ? first : first - Overlap, until is null ? end : end + Overlap);
        return session.All(
            static row => new StatementEntry(
                row.Time(0),
                Enum.Parse<TransferCode>(row.GetString(1)),
                row.TextOrNull(2),
                row.TextOrNull(3),
                row.Amount(4),
                row.Amount(5),
                row.TextOrNull(6),
                row.TextOrNull(7)
            ),
            """
            WITH own AS (SELECT id, credits - debits AS balance
                         FROM ledger_accounts WHERE owner = $1 AND kind IN ('Project', 'Overrun')),
                 opening AS (SELECT coalesce((SELECT sum(balance) FROM own), 0)
                         - coalesce((SELECT sum(amount) FROM transfers WHERE credit IN (SELECT id FROM own) AND at >= $2), 0)
                         + coalesce((SELECT sum(amount) FROM transfers WHERE debit IN (SELECT id FROM own) AND at >= $2), 0) AS balance),
                 part AS (SELECT number, at, -amount AS amount
                          FROM transfers WHERE debit IN (SELECT id FROM own) AND at >= $2 AND at < $3
                          UNION ALL
                          SELECT number, at, amount
                          FROM transfers WHERE credit IN (SELECT id FROM own) AND at >= $2 AND at < $3),
                 entries AS (SELECT number, at, amount,
                                    CAST((SELECT balance FROM opening)
                                         + sum(amount) OVER (ORDER BY number, amount ROWS UNBOUNDED PRECEDING) AS BIGINT) AS balance
                             FROM part)
            SELECT entries.at, code, job, uid, entries.amount, balance, actor, reason
            FROM entries JOIN transfers USING (number) LEFT JOIN jobs ON jobslurmid = job
            WHERE entries.at >= $4 AND entries.at < $5
            ORDER BY entries.number, entries.amount LIMIT $6
            """,
            account,
            from,
            to,
            first,
            end,
            take
        );
    }

    public int CountEntries(string account, DateTimeOffset? since, DateTimeOffset? until, int most) =>
        session.First(
            static row => row.GetInt32(0),
            """
            WITH own AS (SELECT id FROM ledger_accounts WHERE owner = $1 AND kind IN ('Project', 'Overrun'))
            SELECT CAST(count(*) AS INTEGER)
            FROM (SELECT 1 FROM own JOIN transfers ON debit = id AND at >= $2 AND at < $3
                  UNION ALL
                  SELECT 1 FROM own JOIN transfers ON credit = id AND at >= $2 AND at < $3
                  LIMIT $4) entries
            """,
            account,
            Microseconds(since, long.MinValue),
            Microseconds(until, long.MaxValue),
            most
        );

    public IEnumerable<(string Book, long Number, Transfer Transfer)> Transfers() =>
        session.Each(
            static row => (row.GetString(0), row.GetInt64(1), TransferAt(row, 2)),
            $"SELECT {session.NumberColumns}, {TransferColumns} ORDER BY number"
        );

    public IEnumerable<(string Book, long Number)> Lengths() =>
        session.Each(static row => (row.GetString(0), row.GetInt64(1)), session.BookLengths);

    public IEnumerable<LedgerTotals> Totals() => session.Each(TotalsAt, $"SELECT {TotalsColumns} FROM ledger_accounts {TotalsGroups}");

    public IEnumerable<JobBill> Bills() => session.Each(SqlJobs.Bill, $"SELECT {SqlJobs.Columns} FROM jobs ORDER BY number");

    private static long Microseconds(DateTimeOffset? time, long otherwise) =>
        time is { } value ? SqlValues.ToMicroseconds(value) : otherwise;

    /// <summary>The project of a name.</summary>
    /// <param name="name">The name.</param>
    /// <param name="clause">What the question ends with; "" for nothing.</param>
    protected Account? FindAccount(string name, string clause) =>
        session.First(AccountAt, $"SELECT {AccountColumns} WHERE name = $1{clause}", name);
}
