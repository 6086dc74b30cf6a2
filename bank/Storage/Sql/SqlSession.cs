using System.Data.Common;

namespace SlurmBanking.Bank.Storage.Sql;

/// <summary>
/// A connection that runs SQL, for one thread at a time. The books are written in the SQL that all databases here have in common;
/// what they have not is named below.
/// </summary>
internal abstract class SqlSession
{
    /// <summary>Selects from transfers the book that numbers one, and its number there.</summary>
    public abstract string NumberColumns { get; }

    /// <summary>Selects every book with the number of its last transfer, from where that is kept beside them.</summary>
    public abstract string BookLengths { get; }

    /// <summary>Runs a statement whose answer nobody waits for: it is done before the next question, and before the commit.</summary>
    public virtual void Run(string sql, params ReadOnlySpan<object?> values) => Prepare(sql, values).ExecuteNonQuery();

    /// <summary>The first row; default when there is none.</summary>
    public T? First<T>(Func<DbDataReader, T> read, string sql, params ReadOnlySpan<object?> values)
    {
        using var reader = Prepare(sql, values).ExecuteReader();
        return reader.Read() ? read(reader) : default;
    }

    /// <summary>All rows, at once: no statement stays open.</summary>
    public List<T> All<T>(Func<DbDataReader, T> read, string sql, params ReadOnlySpan<object?> values)
    {
        using var reader = Prepare(sql, values).ExecuteReader();
        var rows = new List<T>();
        while (reader.Read())
        {
            rows.Add(read(reader));
        }

        return rows;
    }

    /// <summary>All rows, one by one: for what may be long. Nothing else is asked meanwhile.</summary>
    public IEnumerable<T> Each<T>(Func<DbDataReader, T> read, string sql)
    {
        var command = Prepare(sql, []);
        // A whole ledger takes what it takes.
        command.CommandTimeout = 0;
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            yield return read(reader);
        }
    }

    /// <summary>A command with its values, which belongs to the session.</summary>
    /// <param name="sql">A constant; its parameters are $1, $2 and so on.</param>
    /// <param name="values">Text, integers, decimals, booleans, bytes or null.</param>
    protected abstract DbCommand Prepare(string sql, ReadOnlySpan<object?> values);
}
