namespace SlurmBanking.Bank.Messages;

/// <summary>Every line that the bank logs, once. No line holds a token, a header or a body.</summary>
internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Information, "{Method} {Path} {Status} {TookMs:0.0} ms")]
    public static partial void Request(ILogger logger, string method, string path, int status, double tookMs);

    /// <remarks>
    /// Sidecars keep what they have to tell and come again. See whether the database runs, has room and lets the bank in; with SQLite
    /// whether the disk is full or another process holds the file.
    /// </remarks>
    [LoggerMessage(2, LogLevel.Error, "{Method} {Path} was answered with 503: {Problem}")]
    public static partial void BooksAway(ILogger logger, string method, string path, string problem);

    /// <remarks>
    /// A fault of the bank: report it with the exception. Nothing of the request was done, and sidecars try again what they have to tell.
    /// </remarks>
    [LoggerMessage(3, LogLevel.Error, "{Method} {Path} was answered with 500")]
    public static partial void RequestBroken(ILogger logger, Exception exception, string method, string path);

    /// <remarks>
    /// Somebody wrote into the database, or it is damaged. Stop the bank, copy the database, let bank verify name every difference, and
    /// restore the last backup that verifies.
    /// </remarks>
    [LoggerMessage(30, LogLevel.Critical, "the books do not balance: {Difference}")]
    public static partial void Unbalanced(ILogger logger, string difference);

    /// <remarks>It is tried again in an hour. Look at the database and its disk, and run bank verify by hand.</remarks>
    [LoggerMessage(31, LogLevel.Warning, "the ledger can't be audited: {Problem}")]
    public static partial void NotAudited(ILogger logger, string problem);

    [LoggerMessage(40, LogLevel.Information, "the window of account {Account} has ended: what was left has expired")]
    public static partial void WindowEnded(ILogger logger, string account);

    /// <remarks>
    /// It is tried again every 10 s, and whatever concerns such an account ends its window first. Look at the database and its disk.
    /// </remarks>
    [LoggerMessage(41, LogLevel.Warning, "windows of accounts that have ended can't be closed now: {Problem}")]
    public static partial void WindowsNotEnded(ILogger logger, string problem);

    /// <remarks>
    /// It is tried again every 10 s; only the metrics of leases depend on it. Look at the database and its disk.
    /// </remarks>
    [LoggerMessage(50, LogLevel.Warning, "the leases can't be counted now: {Problem}")]
    public static partial void LeasesNotCounted(ILogger logger, string problem);

    [LoggerMessage(51, LogLevel.Information, "leases on account {Account} that were not renewed for {Days} days are forgotten")]
    public static partial void LeasesForgotten(ILogger logger, string account, int days);
}
