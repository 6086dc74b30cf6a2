using Microsoft.Data.Sqlite;
using SlurmBanking.Bank.Ledger;
using SlurmBanking.Terms;

namespace SlurmBanking.Bank.Storage.Sqlite;

/// <summary>The books within a transaction of a session's, to read.</summary>
internal class SqliteBooksReader(SqliteSession session) : IBooksReader
{
    private const string Matching =
        "FROM jobs WHERE started IS NOT NULL AND ($1 IS NULL OR uid = $1) AND ($2 IS NULL OR account = $2) AND ($3 IS NULL OR jobslurmid = $3)";

    protected SqliteSession Session => session;

    public Account? FindAccount(string name) =>
        session.First(
            static row => new Account(
                row.GetString(0),
                new Allocation(row.AmountOrNull(1), row.TimeOrNull(2), row.TimeOrNull(3), row.GetBoolean(4))
            ),
            "SELECT name, max_total, starts, ends, is_exempt FROM accounts WHERE name = $1",
            name
        );

    public Member? FindMember(string account, string uid) =>
        session.First(
            static row => new Member(row.GetString(0), row.GetString(1), row.AmountOrNull(2)),
            "SELECT account, uid, cap FROM members WHERE account = $1 AND uid = $2",
            account,
            uid
        );

    public bool IsUserKnown(string uid) => session.First(static _ => true, "SELECT 1 FROM members WHERE uid = $1", uid);

    public ServiceUnits Balance(LedgerAccount account) =>
        session.First(
            static row => row.Amount(0),
            "SELECT credits - debits FROM ledger_accounts WHERE kind = $1 AND owner = $2 AND uid = $3",
            account.Kind.ToString(),
            account.Owner,
            account.Uid
        );

    public StoredJob? FindJob(string id) =>
        session.First(SqliteJobs.Read, $"SELECT {SqliteJobs.Columns} FROM jobs WHERE jobslurmid = $1", id);

    public JobList ListJobs(JobFilter filter, int skip, int take)
    {
        var (count, amount, cpuTime) = session.First(
            static row => (row.GetInt32(0), row.Amount(1), (decimal)row.GetDouble(2)),
            $"SELECT count(*), coalesce(sum(amount), 0), coalesce(sum(cpu_time), 0.0) {Matching}",
            filter.User,
            filter.Account,
            filter.JobSlurmId
        );
        var jobs = session.All(
            SqliteJobs.Record,
            $"SELECT {SqliteJobs.Columns} {Matching} ORDER BY number LIMIT $4 OFFSET $5",
            filter.User,
            filter.Account,
            filter.JobSlurmId,
            take,
            skip
        );
        return new JobList(count, amount, cpuTime, jobs);
    }

    public (int Count, IReadOnlyList<string> Uids) ListUsers(int skip, int take) =>
        (
            session.First(static row => row.GetInt32(0), "SELECT count(DISTINCT uid) FROM members"),
            session.All(
                static row => row.GetString(0),
                "SELECT DISTINCT uid FROM members ORDER BY length(uid), uid LIMIT $1 OFFSET $2",
                take,
                skip
            )
        );

    public StoredToken? FindToken(byte[] hash) =>
        session.First(
            static row => new StoredToken(row.GetFieldValue<byte[]>(0), row.GetString(1), row.GetBoolean(2), row.TimeOrNull(3)),
            "SELECT hash, name, is_staff, expires FROM tokens WHERE hash = $1",
            hash
        );

    public IEnumerable<StatementEntry> Statement(string account)
    {
        var balance = ServiceUnits.Zero;
        var entries = session.All(
            static row => (At: row.Time(0), Code: row.GetString(1), Job: row.TextOrNull(2), Uid: row.TextOrNull(3), Amount: row.Amount(4)),
            """
            WITH own AS (SELECT id FROM ledger_accounts WHERE owner = $1 AND kind IN ('Project', 'Overrun')),
                 own_transfers AS (SELECT number, -amount AS amount FROM transfers WHERE debit IN own
                                   UNION ALL
                                   SELECT number, amount FROM transfers WHERE credit IN own)
            SELECT at, code, job, uid, own_transfers.amount
            FROM own_transfers JOIN transfers USING (number) LEFT JOIN jobs ON jobslurmid = job
            ORDER BY transfers.number, own_transfers.amount
            """,
            account
        );
        foreach (var (at, code, job, uid, amount) in entries)
        {
            balance += amount;
            yield return new StatementEntry(at, Enum.Parse<TransferCode>(code), job, uid, amount, balance);
        }
    }

    public IEnumerable<(long Number, Transfer Transfer)> Transfers() =>
        session.Each(
            static row =>
                (
                    row.GetInt64(0),
                    new Transfer(
                        Enum.Parse<TransferCode>(row.GetString(1)),
                        LedgerAccountAt(row, 2),
                        LedgerAccountAt(row, 5),
                        row.Amount(8),
                        row.GetString(9),
                        row.TextOrNull(10)
                    )
                ),
            """
            SELECT number, code, d.kind, d.owner, d.uid, c.kind, c.owner, c.uid, amount, key, job
            FROM transfers JOIN ledger_accounts d ON d.id = debit JOIN ledger_accounts c ON c.id = credit
            ORDER BY number
            """
        );

    public IEnumerable<LedgerTotals> Totals() =>
        session.Each(
            static row => new LedgerTotals(LedgerAccountAt(row, 0), row.Amount(3), row.Amount(4), row.GetBoolean(5)),
            "SELECT kind, owner, uid, debits, credits, may_overdraw FROM ledger_accounts ORDER BY id"
        );

    public IEnumerable<JobBill> Bills() => session.Each(SqliteJobs.Bill, $"SELECT {SqliteJobs.Columns} FROM jobs ORDER BY number");

    private static LedgerAccount LedgerAccountAt(SqliteDataReader row, int column) =>
        new(Enum.Parse<LedgerAccountKind>(row.GetString(column)), row.GetString(column + 1), row.GetString(column + 2));
}
