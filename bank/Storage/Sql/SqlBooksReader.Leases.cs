using System.Data.Common;
using SlurmBanking.Bank.Ledger;

namespace SlurmBanking.Bank.Storage.Sql;

/// <summary>How leases are read.</summary>
internal partial class SqlBooksReader
{
    private const string Leases = "SELECT account, cluster, uid, granted, held, wanted, unmet, uncovered, expires, sequence FROM leases";

    public IReadOnlyList<Lease> LeasesOn(string account, string uid) =>
        session.All(LeaseAt, $"{Leases} WHERE account = $1 AND uid = $2 ORDER BY cluster", account, uid);

    public IReadOnlyList<Lease> LeasesOf(string account, string cluster) =>
        session.All(LeaseAt, $"{Leases} WHERE account = $1 AND cluster = $2 ORDER BY length(uid), uid", account, cluster);

    public IReadOnlyList<Lease> LeasesOf(string account, string cluster, string uid) =>
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

    private static Lease LeaseAt(DbDataReader row) =>
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
