using System.Data.Common;
using SlurmBanking.Bank.Storage;

namespace SlurmBanking.Bank.Tests.Storage;

/// <summary>A database for one test or one class of them, gone afterwards. There is one kind for each store that the bank has.</summary>
public abstract class TestDatabase : IDisposable
{
    /// <summary>What --database takes.</summary>
    public abstract string Address { get; }

    /// <summary>Statements that remove what keeps the ledger append-only.</summary>
    public abstract string DropGuards { get; }

    /// <summary>What a command that begins no books says where there are none.</summary>
    public abstract string NothingThere { get; }

    /// <summary>A statement that says that the layout is another.</summary>
    public abstract string SetLayout(int version);

    /// <summary>Seconds of processor time that its server has had; zero where there is none.</summary>
    public virtual double ServerCpu() => 0;

    /// <summary>Opens the books, beside whoever else has them open.</summary>
    public abstract IBankStore Open();

    public abstract void Dispose();

    /// <summary>Runs SQL behind the bank's back.</summary>
    public void Execute(string sql, params object[] values)
    {
        using var connection = Connect();
        using var command = connection.CreateCommand();
#pragma warning disable CA2100
        command.CommandText = sql;
#pragma warning restore CA2100
        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters.Add(Parameter(i + 1, values[i]));
        }

        command.ExecuteNonQuery();
    }

    /// <summary>All rows of a table as text, in no order that means anything but the same each time.</summary>
    public string Text(string table)
    {
        using var connection = Connect();
        using var command = connection.CreateCommand();
#pragma warning disable CA2100
        command.CommandText = $"SELECT * FROM {table}";
#pragma warning restore CA2100
        using var reader = command.ExecuteReader();
        var rows = new List<string>();
        while (reader.Read())
        {
            var values = Enumerable.Range(0, reader.FieldCount).Select(reader.GetValue);
            rows.Add(string.Join('|', values.Select(static value => value is byte[] bytes ? Convert.ToHexString(bytes) : $"{value}")));
        }

        return string.Join('\n', rows.Order(StringComparer.Ordinal));
    }

    protected abstract DbConnection Connect();

    protected abstract DbParameter Parameter(int number, object value);
}
