namespace SlurmBanking.Bank.Storage.Sql;

/// <summary>A row of an answer, by the number of its column. Valid only while it is read.</summary>
internal interface ISqlRow
{
    bool IsDBNull(int column);

    string GetString(int column);

    long GetInt64(int column);

    int GetInt32(int column);

    bool GetBoolean(int column);

    decimal GetDecimal(int column);

    byte[] GetBytes(int column);
}
