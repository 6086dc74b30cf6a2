using System.Text.RegularExpressions;
using SlurmBanking.Bank.Ledger;
using SlurmBanking.Terms;

namespace SlurmBanking.Bank.Storage.Sql;

/// <summary>What is shown to people: each question is answered from an index, however much an account has behind it.</summary>
internal partial class SqlBooksReader
{
    public (int Count, IReadOnlyList<AccountStanding> Accounts) ListStandings(string part, int skip, int take)
    {
        var pattern = $"%{Escape().Replace(part.ToLowerInvariant(), "\\$0")}%";
        return (
            session.First(
                static row => row.GetInt32(0),
                "SELECT CAST(count(*) AS INTEGER) FROM accounts WHERE lower(name) LIKE $1 ESCAPE '\\'",
                pattern
            ),
            session.All(
                static row => new AccountStanding(
                    AccountAt(row),
                    new Standing(row.Amount(7), row.Amount(7) - row.Amount(8), -row.Amount(9))
                ),
                $"""
                SELECT name, max_total, starts, ends, is_exempt, credit_limit, period,
                       -{Balance("GrantSource")} - {Balance("Expired")}, credits - debits, {Balance("Overrun")}
                FROM accounts JOIN ledger_accounts ON kind = 'Project' AND owner = name AND uid = ''
                WHERE lower(name) LIKE $1 ESCAPE '\' ORDER BY name LIMIT $2 OFFSET $3
                """,
                pattern,
                take,
                skip
            )
        );

        static string Balance(string kind) =>
            "coalesce((SELECT one.credits - one.debits FROM ledger_accounts one "
            + $"WHERE one.kind = '{kind}' AND one.owner = name AND one.uid = ''), 0)";
    }

    public (int Count, IReadOnlyList<MemberUse> Members) ListUses(string account, int skip, int take) =>
        (
            session.First(static row => row.GetInt32(0), "SELECT CAST(count(*) AS INTEGER) FROM members WHERE account = $1", account),
            session.All(
                static row => new MemberUse(
                    new Member(row.GetString(0), row.GetString(1), row.AmountOrNull(2)),
                    row.TextOrNull(3),
                    row.Amount(4)
                ),
                """
                SELECT account, members.uid, cap, name,
                       coalesce((SELECT one.debits - one.credits FROM ledger_accounts one
                                 WHERE one.kind = 'UserCap' AND one.owner = account AND one.uid = members.uid), 0)
                FROM members LEFT JOIN users ON users.uid = members.uid
                WHERE account = $1 ORDER BY length(members.uid), members.uid LIMIT $2 OFFSET $3
                """,
                account,
                take,
                skip
            )
        );

    public IReadOnlyList<StoredJob> LastJobs(string account, int take) =>
        session.All(SqlJobs.Read, $"SELECT {SqlJobs.Columns} FROM jobs WHERE account = $1 ORDER BY number DESC LIMIT $2", account, take);

    public UnsettledJobs Unsettled(string account, int take)
    {
        const string Those = "FROM jobs WHERE account = $1 AND NOT is_settled AND charged > 0";
        var (count, charged) = session.First(
            static row => (row.GetInt32(0), row.Amount(1)),
            $"SELECT CAST(count(*) AS INTEGER), CAST(coalesce(sum(charged), 0) AS BIGINT) {Those}",
            account
        );
        var jobs = session.All(SqlJobs.Read, $"SELECT {SqlJobs.Columns} {Those} ORDER BY charged DESC LIMIT $2", account, take);
        return new UnsettledJobs(count, charged, jobs);
    }

    public IReadOnlyList<ServiceUnits> BalancesOver(string account, DateTimeOffset since, TimeSpan step, DateTimeOffset until)
    {
        // By their ids, so that a database can't but take the index of each; a project has one or two.
        var own = session.All(
            static row => (Id: row.GetInt64(0), Balance: row.Amount(1)),
            "SELECT id, credits - debits FROM ledger_accounts WHERE kind IN ('Project', 'Overrun') AND owner = $1",
            account
        );
        var (first, second) = (own.ElementAtOrDefault(0).Id, own.ElementAtOrDefault(1).Id);
        var changes = session.All(
            static row => row.Amount(0),
            """
            WITH RECURSIVE steps (begun) AS (SELECT CAST($1 AS BIGINT)
                                             UNION ALL
                                             SELECT begun + $2 FROM steps WHERE begun + $2 < $3)
            SELECT CAST(coalesce((SELECT sum(amount) FROM transfers
                                  WHERE credit IN ($4, $5) AND at >= begun AND at < begun + $2 AND at < $3), 0)
                      - coalesce((SELECT sum(amount) FROM transfers
                                  WHERE debit IN ($4, $5) AND at >= begun AND at < begun + $2 AND at < $3), 0) AS BIGINT)
            FROM steps ORDER BY begun
            """,
            SqlValues.ToMicroseconds(since),
            step.Ticks / TimeSpan.TicksPerMicrosecond,
            SqlValues.ToMicroseconds(until),
            first,
            second
        );
        var later = session.First(
            static row => row.Amount(0),
            """
            SELECT CAST(coalesce((SELECT sum(amount) FROM transfers WHERE credit IN ($2, $3) AND at >= $1), 0)
                      - coalesce((SELECT sum(amount) FROM transfers WHERE debit IN ($2, $3) AND at >= $1), 0) AS BIGINT)
            """,
            SqlValues.ToMicroseconds(until),
            first,
            second
        );
        var balance = own.Aggregate(ServiceUnits.Zero, static (sum, one) => sum + one.Balance) - later;
        var balances = new List<ServiceUnits> { balance };
        foreach (var change in Enumerable.Reverse(changes))
        {
            balance -= change;
            balances.Add(balance);
        }

        balances.Reverse();
        return balances;
    }

    public (int Count, IReadOnlyList<AccountChange> Changes) ListChanges(string account, int skip, int take) =>
        (
            session.First(
                static row => row.GetInt32(0),
                "SELECT CAST(count(*) AS INTEGER) FROM account_changes WHERE account = $1",
                account
            ),
            session.All(
                static row => new AccountChange(row.Time(0), row.GetString(1), row.GetString(2), row.GetString(3)),
                "SELECT at, what, actor, reason FROM account_changes WHERE account = $1 ORDER BY number DESC LIMIT $2 OFFSET $3",
                account,
                take,
                skip
            )
        );

    public (StoredSession Session, StoredToken Token)? FindSession(byte[] hash) =>
        session.First<(StoredSession, StoredToken)?>(
            static row => (new StoredSession(row.GetBytes(4), row.GetBytes(0), row.Time(5)), TokenAt(row)),
            "SELECT tokens.hash, name, scope, expires, sessions.hash, ends FROM sessions JOIN tokens ON tokens.hash = token WHERE sessions.hash = $1",
            hash
        );

    // What LIKE takes for something else than itself.
    [GeneratedRegex(@"[%_\\]", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Escape();
}
