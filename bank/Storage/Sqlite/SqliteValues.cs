using System.Globalization;
using Microsoft.Data.Sqlite;
using SlurmBanking.Terms;

namespace SlurmBanking.Bank.Storage.Sqlite;

/// <summary>How the bank's values are kept in SQLite: amounts in hundredths, times in microseconds since 1970, decimals as text.</summary>
internal static class SqliteValues
{
    public static long ToMicroseconds(DateTimeOffset time) => (time - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;

    public static object? ToMicroseconds(DateTimeOffset? time) => time is { } value ? ToMicroseconds(value) : null;

    public static object? ToText(decimal? number) => number?.ToString(CultureInfo.InvariantCulture);

    public static ServiceUnits Amount(this SqliteDataReader row, int column) => new(row.GetInt64(column));

    public static ServiceUnits? AmountOrNull(this SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.Amount(column);

    public static DateTimeOffset Time(this SqliteDataReader row, int column) =>
        DateTimeOffset.UnixEpoch.AddTicks(row.GetInt64(column) * TimeSpan.TicksPerMicrosecond);

    public static DateTimeOffset? TimeOrNull(this SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.Time(column);

    public static string? TextOrNull(this SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    public static int? NumberOrNull(this SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetInt32(column);

    public static decimal? DecimalOrNull(this SqliteDataReader row, int column) =>
        row.IsDBNull(column) ? null : decimal.Parse(row.GetString(column), CultureInfo.InvariantCulture);
}
