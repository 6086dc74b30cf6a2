namespace SlurmBanking.Bank.Messages;

/// <summary>Why the books can't be opened, read or written: on the command line, and in the log behind a 503.</summary>
internal static class DatabaseTroubles
{
    /// <summary>SQLite: a command that begins no books finds none.</summary>
    /// <remarks>Name the file that bank serve has, or begin one: bank serve, bank account create and bank token create do.</remarks>
    public static string NoFile(string path) => $"there is no database {path}";

    /// <summary>SQLite: the file is something else, or may not be read or written.</summary>
    /// <remarks>See whose it is and whether its directory can be written; a file that is damaged is to be restored from a backup.</remarks>
    public static string NotOpened(string path, string problem) => $"can't open the database {path}: {problem}";

    /// <summary>SQLite: the file could be opened, and now can't be read.</summary>
    /// <remarks>Look at the disk; run bank verify on a copy.</remarks>
    public static string NotRead(string path, string problem) => $"can't read the database {path}: {problem}";

    /// <summary>SQLite: what was to be written is not, and nothing of it stays.</summary>
    /// <remarks>Most often the disk is full, or another process holds the file for longer than 10 s.</remarks>
    public static string NotWritten(string path, string problem) => $"can't write the database {path}: {problem}";

    /// <summary>PostgreSQL: the server can't be reached, or refuses.</summary>
    /// <remarks>See whether it runs and lets the bank's role in from there; its own log says more.</remarks>
    public static string Failed(string place, string problem) => $"{place}: {problem}";

    /// <summary>PostgreSQL: what the server itself says, by SQL's code.</summary>
    /// <remarks>Part of other messages.</remarks>
    public static string Said(string code, string text) => $"{code} {text}";

    /// <summary>PostgreSQL: where it is.</summary>
    /// <remarks>Part of other messages.</remarks>
    public static string Server(string host) => $"PostgreSQL at {host}";

    /// <summary>PostgreSQL: where it is, and which of its databases.</summary>
    /// <remarks>Part of other messages.</remarks>
    public static string ServerAndDatabase(string host, string database) => $"PostgreSQL at {host}, {database}";

    /// <summary>PostgreSQL: the connection broke while work was being made durable, so nobody knows whether it is.</summary>
    /// <remarks>
    /// Ask again under the same idempotency key: what was done is not done twice. Sidecars do so by themselves.
    /// </remarks>
    public static string InDoubt(string failure) => $"{failure}, at a commit, which may have been made";

    /// <summary>PostgreSQL: more requests came than it can do, for longer than a request waits.</summary>
    /// <remarks>Look for a slow disk or a long transaction at the server; raise Maximum Pool Size only if the server has room.</remarks>
    public static string Busy(string place, double seconds) => $"{place}: too many wait for it: no turn within {seconds:0} s";

    /// <summary>PostgreSQL: more is to be written than it can do, for longer than a request waits.</summary>
    /// <remarks>Look for a slow disk or a long transaction at the server.</remarks>
    public static string BusyWriter(double seconds) => $"too many wait for the books: no turn within {seconds:0} s";

    /// <summary>PostgreSQL: a command that begins no books finds none.</summary>
    /// <remarks>Name the database that bank serve has, or begin one: bank serve, bank account create and bank token create do.</remarks>
    public static string NoBooks(string database) => $"there is no bank in the database {database}";

    /// <summary>A newer release has worked with this database.</summary>
    public static string NewerLayout(long layout, int known) =>
        $"the database has layout {layout}, this build knows up to {known}: use a newer build";

    /// <summary>The address of a PostgreSQL database can't be read. It is not quoted: it may hold a password.</summary>
    /// <remarks>Write it in one of these forms; the address itself is not shown, as it may hold a password.</remarks>
    public const string BadAddress =
        "the database's address can't be read: it is Host=...;Port=...;Database=...;Username=...;Password=... in Npgsql's keywords, "
        + "or postgresql://user:password@host:port/database";

    /// <summary>The address of a PostgreSQL database does not say where the server is.</summary>
    /// <remarks>Name it: Host=NAME, or the directory of its socket.</remarks>
    public const string NoHost = "the database's address names no host";
}
