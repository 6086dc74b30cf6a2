using SlurmBanking.Terms;

namespace SlurmBanking.Bank.Storage.Sql;

/// <summary>How the bank's values are kept: amounts in hundredths, times in microseconds since 1970.</summary>
internal static class SqlValues
{
    public static long ToMicroseconds(DateTimeOffset time) => (time - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;

    public static object? ToMicroseconds(DateTimeOffset? time) => MicrosecondsOrNull(time);

    public static long? MicrosecondsOrNull(DateTimeOffset? time) => time is { } value ? ToMicroseconds(value) : null;

    public static ServiceUnits Amount(this ISqlRow row, int column) => new(row.GetInt64(column));

    public static ServiceUnits? AmountOrNull(this ISqlRow row, int column) => row.IsDBNull(column) ? null : row.Amount(column);

    public static DateTimeOffset Time(this ISqlRow row, int column) =>
        DateTimeOffset.UnixEpoch.AddTicks(row.GetInt64(column) * TimeSpan.TicksPerMicrosecond);

    public static DateTimeOffset? TimeOrNull(this ISqlRow row, int column) => row.IsDBNull(column) ? null : row.Time(column);

    public static string? TextOrNull(this ISqlRow row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    public static int? NumberOrNull(this ISqlRow row, int column) => row.IsDBNull(column) ? null : row.GetInt32(column);

    public static decimal? DecimalOrNull(this ISqlRow row, int column) => row.IsDBNull(column) ? null : row.GetDecimal(column);
}
