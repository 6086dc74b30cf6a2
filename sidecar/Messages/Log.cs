using System.Net;
using Grpc.Core;

namespace SlurmBanking.Sidecar.Messages;

/// <summary>
/// Every line that the sidecar logs, once; of a warning or an error also what to do. No line holds a token, a header or a request's body.
/// </summary>
internal static partial class Log
{
    [LoggerMessage(100, LogLevel.Information, "sidecar {Version} for {Serves} listens on {Socket}")]
    public static partial void Listening(ILogger logger, string version, string serves, string socket);

    /// <remarks>Free the address, or give another with --http. Everything else works.</remarks>
    [LoggerMessage(101, LogLevel.Error, "{Endpoint} can't be used for HTTP ({Problem}): no metrics and no HTTP health there")]
    public static partial void HttpUnavailable(ILogger logger, string endpoint, string problem);

    [LoggerMessage(110, LogLevel.Information, "configuration {File} is in force ({Hash})")]
    public static partial void ConfigurationInForce(ILogger logger, string file, string hash);

    /// <remarks>Correct the place that it names in bank-config.toml; the file is read again by itself.</remarks>
    [LoggerMessage(111, LogLevel.Warning, "{Problem}")]
    public static partial void ConfigurationProblem(ILogger logger, string problem);

    /// <remarks>Correct the file ("sidecar check-config FILE"); the lines before this one say what is wrong.</remarks>
    [LoggerMessage(112, LogLevel.Error, "configuration {File} can't be used; what was in force stays in force")]
    public static partial void ConfigurationRejected(ILogger logger, string file);

    /// <remarks>Correct the file: what was in force before the restart is in force.</remarks>
    [LoggerMessage(113, LogLevel.Warning, "running on the last good configuration, {File}")]
    public static partial void ConfigurationLastGood(ILogger logger, string file);

    /// <remarks>
    /// Make room in the state directory, or let the sidecar's user write it: a restart with a bad file would find nothing.
    /// </remarks>
    [LoggerMessage(114, LogLevel.Warning, "the last good configuration can't be kept in {File}: {Problem}")]
    public static partial void LastGoodNotKept(ILogger logger, string file, string problem);

    [LoggerMessage(115, LogLevel.Information, "the bank's token or CA file has changed")]
    public static partial void CredentialsChanged(ILogger logger);

    [LoggerMessage(120, LogLevel.Information, "the cluster is known: {Partitions} partitions")]
    public static partial void ClusterKnown(ILogger logger, int partitions);

    /// <remarks>
    /// Look at slurmctld. What is known stays known; after a start submissions follow policy.when_bank_unavailable until it answers.
    /// </remarks>
    [LoggerMessage(121, LogLevel.Warning, "partitions and nodes can't be read: {Problem}")]
    public static partial void ClusterUnknown(ILogger logger, string problem);

    /// <remarks>Look at slurmctld. Jobs are billed by the plugins' reports meanwhile, and the queue is listed again.</remarks>
    [LoggerMessage(122, LogLevel.Warning, "the queue can't be listed: {Problem}")]
    public static partial void SweepFailed(ILogger logger, string problem);

    /// <remarks>Look at slurmctld (scontrol ping). Whoever was active before is taken to be still.</remarks>
    [LoggerMessage(123, LogLevel.Warning, "the cluster's slurmctlds can't be listed: {Problem}")]
    public static partial void ControllersUnknown(ILogger logger, string problem);

    /// <remarks>Nothing: a failover of slurmctld looks like this.</remarks>
    [LoggerMessage(124, LogLevel.Warning, "this host's slurmctld is active now: term {Term} begins")]
    public static partial void TookOver(ILogger logger, long term);

    /// <remarks>Nothing, on the host of a backup controller.</remarks>
    [LoggerMessage(125, LogLevel.Warning, "this host's slurmctld is not the active one: this sidecar stands by and delivers nothing")]
    public static partial void StandsBy(ILogger logger);

    /// <remarks>Look at slurmdbd. What ended meanwhile is asked for again.</remarks>
    [LoggerMessage(126, LogLevel.Warning, "Slurm's accounting can't be asked: {Problem}")]
    public static partial void RecallFailed(ILogger logger, string problem);

    /// <remarks>Look the job up, and correct its record at the bank by hand; without slurmdbd a longer MinJobAge helps.</remarks>
    [LoggerMessage(127, LogLevel.Error, "job {JobId} has left the queue, and nothing tells how it ended: its charge stays at the estimate")]
    public static partial void EndUnknown(ILogger logger, uint jobId);

    /// <remarks>As the line says.</remarks>
    [LoggerMessage(128, LogLevel.Warning, "{Warning}")]
    public static partial void ClusterWarns(ILogger logger, string warning);

    /// <remarks>Add it to AccountingStorageTRES in slurm.conf and restart slurmctld, or take its price away.</remarks>
    [LoggerMessage(
        129,
        LogLevel.Warning,
        "Slurm does not count {Tres}, which has a price and will not be billed: add it to AccountingStorageTRES"
    )]
    public static partial void TresUncounted(ILogger logger, string tres);

    [LoggerMessage(130, LogLevel.Information, "held {Amount} SU for user {Uid} on account {Account}: hold {Hold} ({How})")]
    public static partial void Held(ILogger logger, string amount, uint uid, string account, string hold, string how);

    [LoggerMessage(137, LogLevel.Information, "held {Amount} SU more for user {Uid} on account {Account}: hold {Hold} ({How})")]
    public static partial void Raised(ILogger logger, string amount, uint uid, string account, string hold, string how);

    [LoggerMessage(131, LogLevel.Information, "refused user {Uid} on account {Account}: {Message}")]
    public static partial void Refused(ILogger logger, uint uid, string account, string message);

    /// <remarks>Nothing: policy.mode is "observe". With "enforce" the user would have read this.</remarks>
    [LoggerMessage(132, LogLevel.Warning, "observe: would have refused user {Uid} on account {Account}: {Message}")]
    public static partial void WouldRefuse(ILogger logger, uint uid, string account, string message);

    /// <remarks>Nothing at once: the job is billed like any other. The reason says what to mend.</remarks>
    [LoggerMessage(133, LogLevel.Warning, "let in without a decision: user {Uid} on account {Account} ({Reason})")]
    public static partial void LetIn(ILogger logger, uint uid, string account, string reason);

    /// <remarks>Give the partition a price in [PartitionPrice], of 0 if need be.</remarks>
    [LoggerMessage(134, LogLevel.Warning, "partition {Partition} has no price: its jobs cost nothing")]
    public static partial void Unpriced(ILogger logger, string partition);

    [LoggerMessage(135, LogLevel.Information, "released {Amount} SU of account {Account}: hold {Hold}")]
    public static partial void Released(ILogger logger, string amount, string account, string hold);

    /// <remarks>Set policy.default_account; the job itself can be booked by hand.</remarks>
    [LoggerMessage(136, LogLevel.Error, "job {JobId} can't be billed: it names no account, and there is no default_account")]
    public static partial void Unbillable(ILogger logger, uint jobId);

    [LoggerMessage(140, LogLevel.Information, "{Kind} of job {BankId}: {Amount} SU on account {Account} is at the bank")]
    public static partial void Delivered(ILogger logger, string kind, string bankId, string amount, string account);

    /// <remarks>Nothing: an administrator did it. The line is the only record of it.</remarks>
    [LoggerMessage(149, LogLevel.Warning, "user {Uid} discards the {Kind} of job {BankId}, {Amount} SU on account {Account}: {Reason}")]
    public static partial void Discarded(
        ILogger logger,
        uint uid,
        string kind,
        string bankId,
        string amount,
        string account,
        string reason
    );

    /// <remarks>"sbank dead-letters show" has the record and the bank's answer: mend it there, then retry, or discard.</remarks>
    [LoggerMessage(141, LogLevel.Error, "{Kind} of job {BankId} on account {Account} is parked: {Problem}")]
    public static partial void Parked(ILogger logger, string kind, string bankId, string account, string problem);

    /// <remarks>Look at the bank and the network. Everything is kept and sent when it answers.</remarks>
    [LoggerMessage(142, LogLevel.Warning, "the bank can't be reached: {Problem}")]
    public static partial void BankUnreachable(ILogger logger, string problem);

    /// <remarks>Put a token that the bank takes into API.token_file; it is read again by itself. Everything is kept.</remarks>
    [LoggerMessage(143, LogLevel.Error, "the bank refuses the token ({Status}): delivery pauses until it changes")]
    public static partial void TokenRefused(ILogger logger, int status);

    [LoggerMessage(144, LogLevel.Information, "the bank answers")]
    public static partial void BankReachable(ILogger logger);

    /// <remarks>
    /// Look whether the bank is of a version that is known (docs/contract.md); the account's jobs follow policy.when_bank_unavailable.
    /// </remarks>
    [LoggerMessage(145, LogLevel.Warning, "the bank's answer about account {Account} is not understood: {Message}")]
    public static partial void AnswerNotUnderstood(ILogger logger, string account, string message);

    /// <remarks>Nothing: no more is let in until it is covered. When it stays, look at what the other clusters of the bank hold.</remarks>
    [LoggerMessage(
        148,
        LogLevel.Warning,
        "what is held on account {Account} is {Amount} SU more than the bank has leased to this cluster: other clusters may have spent it"
    )]
    public static partial void LeaseUncovered(ILogger logger, string account, string amount);

    /// <remarks>A fault in the sidecar: report it. The account is asked about again.</remarks>
    [LoggerMessage(146, LogLevel.Error, "reading the headroom of account {Account} failed")]
    public static partial void HeadroomFailed(ILogger logger, Exception exception, string account);

    /// <remarks>Nothing: the bank has what a newer sidecar told it.</remarks>
    [LoggerMessage(
        147,
        LogLevel.Warning,
        "job {BankId} is settled at the bank already, differently: this sidecar's older record is dropped"
    )]
    public static partial void Superseded(ILogger logger, string bankId);

    /// <remarks>Bring plugins and sidecar to one version; if the uid is no daemon's, find out who that is.</remarks>
    [LoggerMessage(150, LogLevel.Warning, "a peer (uid {Uid}) sent what is no frame of the protocol: {Problem}")]
    public static partial void BadFrame(ILogger logger, uint uid, string problem);

    /// <remarks>Run slurmctld as the user of --slurm-user. If the uid is a user's, find out what they tried.</remarks>
    [LoggerMessage(151, LogLevel.Warning, "uid {Uid} is not allowed to use the plugin socket")]
    public static partial void NotAuthorized(ILogger logger, uint uid);

    [LoggerMessage(152, LogLevel.Information, "{Hook} of Slurm {SlurmVersion} (build {Build}) has connected")]
    public static partial void HookConnected(ILogger logger, string hook, string slurmVersion, string build);

    /// <remarks>A fault in the sidecar: report it. The plugin keeps what it had to tell, or the job goes on.</remarks>
    [LoggerMessage(153, LogLevel.Error, "a request of a plugin failed")]
    public static partial void RequestFailed(ILogger logger, Exception exception);

    [LoggerMessage(154, LogLevel.Debug, "node {Node} reports that job {JobId} started")]
    public static partial void StartReported(ILogger logger, uint jobId, string node);

    /// <remarks>Look at the file that was set aside; the queue and accounting tell what was in it. Then delete it.</remarks>
    [LoggerMessage(155, LogLevel.Error, "spool file {File} is set aside: {Problem}")]
    public static partial void SpoolFileCorrupt(ILogger logger, string file, string problem);

    /// <remarks>Look at the disk and at permissions of the spool directory; it is tried again.</remarks>
    [LoggerMessage(156, LogLevel.Warning, "spool file {File} can't be read now: {Problem}")]
    public static partial void SpoolFileUnreadable(ILogger logger, string file, string problem);

    [LoggerMessage(157, LogLevel.Debug, "slurmctld reports that job {JobId} started")]
    public static partial void StartRecorded(ILogger logger, uint jobId);

    /// <remarks>
    /// Make room in the state directory, or look at its disk. Jobs follow policy.when_bank_unavailable until it can be written.
    /// </remarks>
    [LoggerMessage(160, LogLevel.Error, "the state database can't be written: {Problem}; retrying")]
    public static partial void JournalFailed(ILogger logger, string problem);

    /// <remarks>Look for whoever opens so many: slurmctld needs two, a node a few dozen at most.</remarks>
    [LoggerMessage(
        159,
        LogLevel.Warning,
        "{Places} plugin connections are open: whoever has been silent for longest is sent away for a new one"
    )]
    public static partial void ConnectionsFull(ILogger logger, int places);

    /// <remarks>Let the spool directory belong to root or SlurmUser, with mode 0750 at most.</remarks>
    [LoggerMessage(158, LogLevel.Error, "nothing is taken from the spool {Directory}: {Problem}")]
    public static partial void SpoolUnsafe(ILogger logger, string directory, string problem);

    /// <remarks>A fault in the sidecar: report it.</remarks>
    [LoggerMessage(161, LogLevel.Error, "{Loop} failed; it goes on")]
    public static partial void LoopFailed(ILogger logger, Exception exception, string loop);

    [LoggerMessage(162, LogLevel.Information, "the state directory has room again")]
    public static partial void JournalHasRoom(ILogger logger);

    /// <remarks>"sbank reconcile --since DATE" finds what may be missing; keep the file until then. Look at the disk.</remarks>
    [LoggerMessage(163, LogLevel.Error, "the state database {File} is damaged ({Problem}): set aside as {SetAside}")]
    public static partial void StateSetAside(ILogger logger, string file, string problem, string setAside);

    /// <remarks>"sbank reconcile --since DATE" finds what may be missing.</remarks>
    [LoggerMessage(164, LogLevel.Warning, "{Rows} rows of the damaged state database were kept; the queue tells the rest")]
    public static partial void StateSalvaged(ILogger logger, int rows);

    /// <remarks>"sbank reconcile --since DATE" finds what may be missing. Look at the disk.</remarks>
    [LoggerMessage(165, LogLevel.Error, "{Rows} rows of the state database can't be read; the queue tells them again")]
    public static partial void StateRowsUnreadable(ILogger logger, int rows);

    /// <remarks>Let it start again (systemd and Kubernetes do). Look at the disk.</remarks>
    [LoggerMessage(166, LogLevel.Critical, "the state database is damaged: the sidecar ends, and the next one sets it aside")]
    public static partial void StateDamaged(ILogger logger);

    [LoggerMessage(170, LogLevel.Information, "certificate {File} is in force, good until {Until:u}")]
    public static partial void CertificateInForce(ILogger logger, string file, DateTime until);

    /// <remarks>Put a certificate and its key into these files; they are read again by themselves.</remarks>
    [LoggerMessage(171, LogLevel.Error, "certificate {File} with key {Key} can't be used ({Problem}); what was in force stays in force")]
    public static partial void CertificateUnusable(ILogger logger, string file, string key, string problem);

    [LoggerMessage(172, LogLevel.Information, "{File}: {Count} tokens are accepted")]
    public static partial void TokensInForce(ILogger logger, string file, int count);

    /// <remarks>Let the sidecar's user read the file; it is read again by itself.</remarks>
    [LoggerMessage(173, LogLevel.Error, "tokens of {File} can't be read ({Problem}): none is accepted")]
    public static partial void TokensUnreadable(ILogger logger, string file, string problem);

    /// <remarks>Make them longer (openssl rand -hex 32).</remarks>
    [LoggerMessage(174, LogLevel.Warning, "{File}: {Count} tokens of fewer than {Length} characters are not accepted")]
    public static partial void TokensTooShort(ILogger logger, string file, int count, int length);

    /// <remarks>Free the address, or give another with --listen. Nodes keep what they have to report.</remarks>
    [LoggerMessage(175, LogLevel.Error, "{Endpoint} is in use: nodes can't report there")]
    public static partial void PortUnavailable(ILogger logger, IPEndPoint endpoint);

    /// <remarks>Give that host the right token and CA. If the address is none of yours, find out whose it is.</remarks>
    [LoggerMessage(176, LogLevel.Warning, "{Method} refused to {Address} with {Code}: {Problem}")]
    public static partial void CallRefused(ILogger logger, string method, IPAddress address, StatusCode code, string problem);

    [LoggerMessage(177, LogLevel.Debug, "{Method} called, scope {Scope}, uid {Uid}")]
    public static partial void Called(ILogger logger, string method, string scope, uint? uid);

    [LoggerMessage(180, LogLevel.Information, "{Controller} takes reports")]
    public static partial void ControllerAnswers(ILogger logger, Uri controller);

    /// <remarks>Look at the controller's sidecar and the network; what is kept is sent when it answers.</remarks>
    [LoggerMessage(181, LogLevel.Warning, "{Controller} does not take reports: {Problem}; {Kept} starts are kept, and tried again")]
    public static partial void ControllerAway(ILogger logger, Uri controller, string problem, long kept);

    /// <remarks>Bring both sidecars to one version. The controller finds the job in the queue.</remarks>
    [LoggerMessage(182, LogLevel.Error, "the controller will never take the start of job {JobId} ({Problem}): dropped")]
    public static partial void StartRefused(ILogger logger, uint jobId, string problem);

    /// <remarks>Look at the controller's sidecar and the network. The controller finds the jobs in the queue.</remarks>
    [LoggerMessage(183, LogLevel.Error, "{Count} starts are kept, and no more can be: the oldest are dropped")]
    public static partial void StartsFull(ILogger logger, int count);

    /// <remarks>Nothing: the controller has long found them in the queue or in accounting.</remarks>
    [LoggerMessage(184, LogLevel.Warning, "{Count} starts could not be reported within a day: dropped")]
    public static partial void StartsTooOld(ILogger logger, int count);

    [LoggerMessage(
        190,
        LogLevel.Information,
        "compared accounting with the bank from {Since:u} to {Until:u}: {Runs} runs, {Differences} differences, {Posted} posted"
    )]
    public static partial void Reconciled(
        ILogger logger,
        DateTimeOffset since,
        DateTimeOffset until,
        long runs,
        long differences,
        long posted
    );

    /// <remarks>Give the sidecar's token the right to write partitions and users, or enter them at the bank by hand.</remarks>
    [LoggerMessage(
        195,
        LogLevel.Warning,
        "the bank does not take the list of partitions and users, which is sent again when it changes: {Answer}"
    )]
    public static partial void DirectoryRefused(ILogger logger, string answer);
}
