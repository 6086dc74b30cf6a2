namespace SlurmBanking.Bank.Storage.Sql;

/// <summary>
/// A connection that runs SQL, for one thread at a time. The books are written in the SQL that all databases here have in common;
/// what they have not is named below. Statements are constants, and their parameters $1, $2 and so on are text, integers, decimals,
/// booleans, bytes or null.
/// </summary>
internal abstract class SqlSession
{
    /// <summary>Selects from transfers the book that numbers one, and its number there.</summary>
    public abstract string NumberColumns { get; }

    /// <summary>Selects every book with the number of its last transfer, from where that is kept beside them.</summary>
    public abstract string BookLengths { get; }

    /// <summary>Runs a statement whose answer nobody waits for: it is done before the next question, and before the commit.</summary>
    public abstract void Run(string sql, params ReadOnlySpan<object?> values);

    /// <summary>The first row; default when there is none.</summary>
    public abstract T? First<T>(Func<ISqlRow, T> read, string sql, params ReadOnlySpan<object?> values);

    /// <summary>All rows, at once: no statement stays open.</summary>
    public abstract List<T> All<T>(Func<ISqlRow, T> read, string sql, params ReadOnlySpan<object?> values);

    /// <summary>All rows, one by one: for what may be long. Nothing else is asked meanwhile.</summary>
    public abstract IEnumerable<T> Each<T>(Func<ISqlRow, T> read, string sql);
}
