using SlurmBanking.Bank.Ledger;
using SlurmBanking.BankApi;

namespace SlurmBanking.Bank.Storage.Sql;

/// <summary>What the books list, and how rows of accounts and transfers are read.</summary>
internal partial class SqlBooksReader
{
    private const string AccountColumns =
        "name, max_total, starts, ends, is_exempt, credit_limit, period "
        + "FROM accounts JOIN ledger_accounts ON kind = 'Project' AND owner = name AND uid = ''";

    // Behind the time or the number.
    private const string TransferColumns =
        "code, d.kind, d.owner, d.uid, c.kind, c.owner, c.uid, amount, key, job, actor, reason "
        + "FROM transfers JOIN ledger_accounts d ON d.id = debit JOIN ledger_accounts c ON c.id = credit";

    private const string TotalsColumns =
        "kind, owner, uid, CAST(sum(debits) AS BIGINT), CAST(sum(credits) AS BIGINT), may_overdraw, credit_limit";

    // What a partition earned may be kept in parts.
    private const string TotalsGroups = "GROUP BY kind, owner, uid, may_overdraw, credit_limit ORDER BY min(id)";

    public (int Count, IReadOnlyList<StoredUser> Users) ListUsers(int skip, int take) =>
        (
            session.First(
                static row => row.GetInt32(0),
                "SELECT CAST(count(*) AS INTEGER) FROM (SELECT uid FROM members UNION SELECT uid FROM users) known"
            ),
            session.All(
                static row => new StoredUser(row.GetString(0), row.TextOrNull(1), row.TextOrNull(2)),
                """
                SELECT uid, name, email
                FROM (SELECT uid FROM members UNION SELECT uid FROM users) known LEFT JOIN users USING (uid)
                ORDER BY length(uid), uid LIMIT $1 OFFSET $2
                """,
                take,
                skip
            )
        );

    public (int Count, IReadOnlyList<Partition> Partitions) ListPartitions(int skip, int take) =>
        (
            session.First(static row => row.GetInt32(0), "SELECT CAST(count(*) AS INTEGER) FROM partitions"),
            session.All(
                static row => new Partition
                {
                    Name = row.GetString(0),
                    Shared = row.GetBoolean(1),
                    NumNodes = row.GetInt32(2),
                    NumCores = row.GetInt32(3),
                    SuPerCoreHour = row.GetDecimal(4),
                },
                "SELECT name, is_shared, nodes, cores, price FROM partitions ORDER BY name LIMIT $1 OFFSET $2",
                take,
                skip
            )
        );

    public (int Count, IReadOnlyList<Account> Accounts) ListAccounts(int skip, int take) =>
        (
            session.First(static row => row.GetInt32(0), "SELECT CAST(count(*) AS INTEGER) FROM accounts"),
            session.All(AccountAt, $"SELECT {AccountColumns} ORDER BY name LIMIT $1 OFFSET $2", take, skip)
        );

    public IReadOnlyList<string> ExpiredAccounts(DateTimeOffset now) =>
        session.All(
            static row => row.GetString(0),
            """
            SELECT name FROM accounts JOIN ledger_accounts ON kind = 'Project' AND owner = name AND uid = ''
            WHERE ends <= $1 AND credits > debits ORDER BY name
            """,
            SqlValues.ToMicroseconds(now)
        );

    public (int Count, IReadOnlyList<Member> Members) ListMembers(string account, int skip, int take) =>
        (
            session.First(static row => row.GetInt32(0), "SELECT CAST(count(*) AS INTEGER) FROM members WHERE account = $1", account),
            session.All(
                static row => new Member(row.GetString(0), row.GetString(1), row.AmountOrNull(2)),
                "SELECT account, uid, cap FROM members WHERE account = $1 ORDER BY length(uid), uid LIMIT $2 OFFSET $3",
                account,
                take,
                skip
            )
        );

    public StoredToken? FindToken(byte[] hash) => session.First(TokenAt, $"SELECT {TokenColumns} FROM tokens WHERE hash = $1", hash);

    public (int Count, IReadOnlyList<StoredToken> Tokens) ListTokens(int skip, int take) =>
        (
            session.First(static row => row.GetInt32(0), "SELECT CAST(count(*) AS INTEGER) FROM tokens"),
            session.All(TokenAt, $"SELECT {TokenColumns} FROM tokens ORDER BY name LIMIT $1 OFFSET $2", take, skip)
        );

    public PostedTransfer? FindTransfer(string key) =>
        session.First(
            static row => new PostedTransfer(row.Time(0), TransferAt(row, 1)),
            $"SELECT at, {TransferColumns} WHERE key = $1",
            key
        );

    public IReadOnlyList<PostedTransfer> TransfersOf(string job) =>
        session.All(
            static row => new PostedTransfer(row.Time(0), TransferAt(row, 1)),
            $"SELECT at, {TransferColumns} WHERE job = $1 ORDER BY number",
            job
        );

    public IReadOnlyList<LedgerTotals> TotalsOf(string project) =>
        session.All(
            TotalsAt,
            $"""
            SELECT {TotalsColumns} FROM ledger_accounts
            WHERE kind IN ('GrantSource', 'Project', 'Expired', 'Closed', 'Overrun', 'UserCap', 'ClosedCap', 'CapControl') AND owner = $1
            {TotalsGroups}
            """,
            project
        );

    private const string TokenColumns = "hash, name, scope, expires";

    private static StoredToken TokenAt(ISqlRow row) =>
        new(row.GetBytes(0), row.GetString(1), Enum.Parse<TokenScope>(row.GetString(2)), row.TimeOrNull(3));

    private static Account AccountAt(ISqlRow row) =>
        new(
            row.GetString(0),
            new Allocation(row.AmountOrNull(1), row.TimeOrNull(2), row.TimeOrNull(3), row.GetBoolean(4), row.Amount(5), row.GetInt32(6))
        );

    private static Transfer TransferAt(ISqlRow row, int column) =>
        new(
            Enum.Parse<TransferCode>(row.GetString(column)),
            LedgerAccountAt(row, column + 1),
            LedgerAccountAt(row, column + 4),
            row.Amount(column + 7),
            row.GetString(column + 8),
            row.TextOrNull(column + 9),
            row.TextOrNull(column + 10),
            row.TextOrNull(column + 11)
        );

    private static LedgerTotals TotalsAt(ISqlRow row) =>
        new(LedgerAccountAt(row, 0), row.Amount(3), row.Amount(4), row.GetBoolean(5), row.Amount(6));

    public static LedgerAccount LedgerAccountAt(ISqlRow row, int column) =>
        new(Enum.Parse<LedgerAccountKind>(row.GetString(column)), row.GetString(column + 1), row.GetString(column + 2));
}
