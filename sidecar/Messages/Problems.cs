namespace SlurmBanking.Sidecar.Messages;

/// <summary>What is in the way of something: shown by sbank, kept with a record that was parked, and put into lines of the log.</summary>
internal static class Problems
{
    /// <summary>The bank was to be asked, and no configuration has been read that names one.</summary>
    /// <remarks>Correct bank-config.toml; "sidecar check-config" says what is wrong with it.</remarks>
    public const string NoBank = "no bank is configured";

    /// <summary>The bank did not answer within API.timeout.</summary>
    /// <remarks>Nothing at once: it is asked again. Look at the bank and the network when it goes on.</remarks>
    public static string NoAnswerWithin(string timeout) => $"no answer within {timeout}";

    /// <summary>API.token_file can't be read.</summary>
    /// <remarks>Let the sidecar's user read the file; it is read again with every request.</remarks>
    public static string TokenFileUnreadable(string problem) => $"the token file can't be read: {problem}";

    /// <summary>The bank answered with an HTTP status, and nothing else is known.</summary>
    /// <remarks>From 500 on, 408 and 429 are tried again; 401 and 403 need another token.</remarks>
    public static string Status(int status) => $"status {status}";

    /// <summary>The bank refused a record.</summary>
    /// <remarks>Read its answer; then sbank dead-letters retry or discard.</remarks>
    public static string Refused(int status, string body) => $"status {status}: {body}";

    /// <summary>What answers is no bank, or not at this address.</summary>
    /// <remarks>Correct API.url; the record is sent again by itself.</remarks>
    public static string NotTheBanks(int status) => $"status {status} without the job's record: is API.url the bank's?";

    /// <summary>The bank has a record of this id, and does not say whose.</summary>
    /// <remarks>Nothing: it is asked again.</remarks>
    public const string OwnerUnknown = "the bank can't be asked whose the job's id is";

    /// <summary>A record is to be overwritten only after a look at what the bank has.</summary>
    /// <remarks>Nothing: it is asked again.</remarks>
    public const string StoredUnknown = "the bank can't be asked what it has of the job";

    /// <summary>Two jobs have one id at the bank: of two clusters, or of one whose ids began anew.</summary>
    /// <remarks>Put the cluster into Sidecar.job_id_format, and discard or correct the record by hand.</remarks>
    public static string AnotherJobs(string user, string account) =>
        $"the record of this id is another job's: of user {user}, account {account}";

    /// <summary>As above, found by a comparison.</summary>
    /// <remarks>Put the cluster into Sidecar.job_id_format, and correct the record at the bank by hand.</remarks>
    public static string AnotherJobsRecord(string user, string account, string submitted) =>
        $"the bank's record is of user {user}, account {account}, submitted {submitted}";

    /// <summary>Slurm gave one id twice within the time that is compared.</summary>
    /// <remarks>Only the later one has a record; correct by hand what the earlier one cost.</remarks>
    public const string IdGivenTwice = "an earlier job had the same id";

    /// <summary>A record was in a part of the state database that was damaged.</summary>
    /// <remarks>sbank reconcile --post tells the bank from Slurm's accounting; then discard the record.</remarks>
    public const string RecordUnreadable = "the record can't be read any more: the state database was damaged";

    /// <summary>An administrator gave a record up.</summary>
    /// <remarks>Nothing; the reason is theirs.</remarks>
    public static string Discarded(uint by, string reason) => $"discarded by user {by}: {reason}";

    /// <summary>A node's report got no answer.</summary>
    /// <remarks>Nothing: it is kept and sent again. Look at the network to the controller when it goes on.</remarks>
    public const string NoAnswerInTime = "no answer in time";

    /// <summary>The controller does not know the node's token.</summary>
    /// <remarks>Give the node the token of the controller's --node-tokens file.</remarks>
    public static string TokenNotAccepted(string detail) => $"the token is not accepted: {detail}";

    /// <summary>A node's token file is empty or holds no token.</summary>
    /// <remarks>Write the token into its first line.</remarks>
    public static string NoTokenIn(string file) => $"{file} holds no token in its first line";

    /// <summary>A node's token file can't be read.</summary>
    /// <remarks>Let the sidecar's user read it.</remarks>
    public static string TokenUnreadable(string problem) => $"the token can't be read: {problem}";

    /// <summary>What answers at --controller speaks no TLS.</summary>
    /// <remarks>Check --controller's host and port.</remarks>
    public const string NoCertificate = "the controller showed no certificate";

    /// <summary>The certificate is of another host.</summary>
    /// <remarks>Use the name in the certificate as --controller, or have one made for that name.</remarks>
    public const string OtherName = "the controller's certificate is for another name than --controller has";

    /// <summary>No --ca was given, and the certificate is of no public CA.</summary>
    /// <remarks>Give --ca FILE with the CA that signed it.</remarks>
    public static string NotTrusted(string reasons) => $"the system does not trust the controller's certificate ({reasons})";

    /// <summary>The certificate is of another CA, or has expired.</summary>
    /// <remarks>Renew the certificate, or give the CA that signed it.</remarks>
    public static string NoCaVouches(string file, string reasons) =>
        $"no CA of {file} vouches for the controller's certificate ({reasons})";

    /// <summary>A file can't be read.</summary>
    /// <remarks>Let the sidecar's user read it.</remarks>
    public static string FileUnreadable(string file, string problem) => $"{file} can't be read: {problem}";

    /// <summary>A node's sidecar has not asked its controller yet.</summary>
    /// <remarks>Nothing: it does within seconds.</remarks>
    public const string NotAskedYet = "not asked yet";

    /// <summary>A command of Slurm is not installed, or may not be executed.</summary>
    /// <remarks>Install Slurm's client commands beside the sidecar.</remarks>
    public static string CommandNotStarted(string command, string problem) => $"{command} can't be started: {problem}";

    /// <summary>A command of Slurm failed.</summary>
    /// <remarks>Run it by hand as the sidecar's user; most often slurmctld or slurmdbd is down, and it is asked again.</remarks>
    public static string CommandFailed(string command, int code, string errors) => $"{command} exited with {code}: {errors}";

    /// <summary>A command of Slurm took too long.</summary>
    /// <remarks>Nothing at once: it is asked again. slurmctld is overloaded, or does not answer.</remarks>
    public static string CommandTooSlow(string command, double seconds) => $"{command} took longer than {seconds} s";

    /// <summary>Another job_submit plugin changes jobs after they were priced.</summary>
    /// <remarks>Name slurm_banking last in JobSubmitPlugins of slurm.conf.</remarks>
    public static string PluginsAfterOurs(string names) =>
        $"JobSubmitPlugins has {names} after slurm_banking: what they change in a job is held only when the queue shows it, and checked "
        + "against no limit; name slurm_banking last";

    /// <summary>There is nothing to compare with.</summary>
    /// <remarks>Set AccountingStorageType in slurm.conf (slurmdbd), or compare by other means.</remarks>
    public const string NoAccounting = "Slurm keeps no accounting here (AccountingStorageType of slurm.conf)";

    /// <summary>sacct failed.</summary>
    /// <remarks>As the problem says; then compare again.</remarks>
    public static string AccountingAway(string problem) => $"Slurm's accounting can't be asked: {problem}";

    /// <summary>The bank did not list what it has.</summary>
    /// <remarks>As the problem says; then compare again.</remarks>
    public static string BankAway(string problem) => $"the bank can't be asked what it has: {problem}";

    /// <summary>The bank's answer to a question is none that can be used.</summary>
    /// <remarks>Part of other messages.</remarks>
    public static string AnswersWith(int status) => $"it answers with status {status}";

    /// <summary>Two comparisons at once would post twice as fast, and show half each.</summary>
    /// <remarks>Wait until the other one ends.</remarks>
    public const string AnotherComparison = "another reconciliation is under way";

    /// <summary>The sidecar has just started, or its configuration was never good.</summary>
    /// <remarks>Wait a moment; else "sidecar check-config" says what is wrong.</remarks>
    public const string NoConfiguration = "no configuration has been read yet";

    /// <summary>The sidecar of a standby slurmctld was asked.</summary>
    /// <remarks>Ask on the host of the active slurmctld (scontrol ping).</remarks>
    public const string StandsBy = "this sidecar is not the one at work: ask the one beside the active slurmctld";

    /// <summary>The time that is to be compared is empty.</summary>
    /// <remarks>Give a --since before --until and before now.</remarks>
    public static string NoSpan(string since, string end) => $"there is no span: {since} is not before {end}";

    /// <summary>Posting differences stopped.</summary>
    /// <remarks>Mend the cause, and compare again with --post: nothing is posted twice.</remarks>
    public static string PostingStopped(string why, long posted) => $"{why}; {posted} settlements have been posted";

    /// <summary>The state directory is full.</summary>
    /// <remarks>Part of other messages.</remarks>
    public static string NoRoom(string problem) => $"the state directory has no room: {problem}";

    /// <summary>The bank does not answer.</summary>
    /// <remarks>Part of other messages.</remarks>
    public const string BankUnreachable = "the bank can't be reached";

    /// <summary>A newer sidecar has written the state database.</summary>
    /// <remarks>Start that newer version again; an older one can't read it.</remarks>
    public static string StateNewer(long version, long known) => $"the state database has version {version}; this sidecar knows {known}";

    /// <summary>The state database can't be opened for questions.</summary>
    /// <remarks>As the problem says: room, or permissions of the state directory.</remarks>
    public static string StateUnreadable(string problem) => $"the state database can't be read: {problem}";

    /// <summary>SQLite's own check found faults.</summary>
    /// <remarks>Nothing: the file is set aside, and what can be read of it is kept.</remarks>
    public const string CheckFails = "its check finds faults";
}
