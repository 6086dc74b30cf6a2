using System.Data.Common;
using SlurmBanking.Bank.Storage.Sql;

namespace SlurmBanking.Bank.Storage.Postgres;

/// <summary>The row that a reader stands on.</summary>
internal sealed class PostgresRow(DbDataReader reader) : ISqlRow
{
    public bool IsDBNull(int column) => reader.IsDBNull(column);

    public string GetString(int column) => reader.GetString(column);

    public long GetInt64(int column) => reader.GetInt64(column);

    public int GetInt32(int column) => reader.GetInt32(column);

    public bool GetBoolean(int column) => reader.GetBoolean(column);

    public decimal GetDecimal(int column) => reader.GetDecimal(column);

    public byte[] GetBytes(int column) => reader.GetFieldValue<byte[]>(column);
}
