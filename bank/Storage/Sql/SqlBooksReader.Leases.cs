using SlurmBanking.Bank.Ledger;

namespace SlurmBanking.Bank.Storage.Sql;

/// <summary>How leases are read.</summary>
internal partial class SqlBooksReader
{
    /// <summary>Of leases, for <see cref="LeaseAt"/>.</summary>
    public const string LeaseColumns = "account, cluster, uid, granted, held, wanted, unmet, uncovered, expires, sequence";

    private const string Leases = $"SELECT {LeaseColumns} FROM leases";

    /// <summary>Of leases, with the moment before which they expired as $1. That on the project has the numbers of the users'.</summary>
    protected const string IsAbandoned = """
        held = 0 AND expires < $1
        AND (uid <> '' OR NOT EXISTS (SELECT 1 FROM leases own
                                      WHERE own.account = leases.account AND own.cluster = leases.cluster AND own.uid <> ''
                                        AND (own.held > 0 OR own.expires >= $1)))
        """;

    public virtual IReadOnlyList<Lease> LeasesOn(string account, string uid) =>
        session.All(LeaseAt, $"{Leases} WHERE account = $1 AND uid = $2 ORDER BY cluster", account, uid);

    public virtual IReadOnlyList<Lease> LeasesOf(string account, string cluster) =>
        session.All(LeaseAt, $"{Leases} WHERE account = $1 AND cluster = $2 ORDER BY length(uid), uid", account, cluster);

    public virtual IReadOnlyList<Lease> LeasesOf(string account, string cluster, string uid) =>
        session.All(LeaseAt, $"{Leases} WHERE account = $1 AND cluster = $2 AND uid IN ('', $3) ORDER BY uid", account, cluster, uid);

    public (int Count, IReadOnlyList<Lease> Leases) ListLeases(string? account, int skip, int take) =>
        (
            session.First(
                static row => row.GetInt32(0),
                "SELECT CAST(count(*) AS INTEGER) FROM leases WHERE CAST($1 AS TEXT) IS NULL OR account = $1",
                account
            ),
            session.All(
                LeaseAt,
                $"{Leases} WHERE CAST($1 AS TEXT) IS NULL OR account = $1 ORDER BY account, cluster, length(uid), uid LIMIT $2 OFFSET $3",
                account,
                take,
                skip
            )
        );

    public IReadOnlyList<string> AbandonedLeases(DateTimeOffset before) =>
        session.All(
            static row => row.GetString(0),
            $"SELECT DISTINCT account FROM leases WHERE {IsAbandoned} ORDER BY account",
            SqlValues.ToMicroseconds(before)
        );

    public LeaseCounts CountLeases(DateTimeOffset now) =>
        session.First(
            static row => new LeaseCounts(row.GetInt32(0), row.GetInt32(1), row.TimeOrNull(2)),
            """
            SELECT CAST(count(CASE WHEN expires > $1 THEN 1 END) AS INTEGER),
                   CAST(count(CASE WHEN expires <= $1 AND held > 0 AND granted > 0 THEN 1 END) AS INTEGER),
                   min(CASE WHEN expires <= $1 AND held > 0 AND granted > 0 THEN expires END)
            FROM leases
            """,
            SqlValues.ToMicroseconds(now)
        )!;

    public static Lease LeaseAt(ISqlRow row) =>
        new(
            row.GetString(0),
            row.GetString(1),
            row.GetString(2),
            row.Amount(3),
            row.Amount(4),
            row.Amount(5),
            row.Amount(6),
            row.Amount(7),
            row.Time(8)
        )
        {
            Sequence = row.GetInt64(9),
        };
}
