namespace SlurmBanking.Sidecar.Messages;

/// <summary>What callers of the plugin socket, the node API and the gRPC API are told when they are turned away.</summary>
internal static class Answers
{
    /// <summary>A call over TCP has no token, or one that is in none of the token files.</summary>
    /// <remarks>
    /// Give it the token that the controller's --node-tokens or --login-tokens file holds; on Kubernetes the operator does.
    /// </remarks>
    public const string NoToken = "no token that is known here";

    /// <summary>The token is known, and is not one for this method.</summary>
    /// <remarks>A node's token reports starts, a login token asks questions: use the other one.</remarks>
    public static string OtherScope(string scope) => $"this method is not for a token of scope {scope}";

    /// <summary>An ordinary user called on this host what administrators may call.</summary>
    /// <remarks>Call it as root or SlurmUser.</remarks>
    public const string OnlyAdmins = "only root and SlurmUser may ask for that";

    /// <summary>A login token speaks for users, and the call did not say for which.</summary>
    /// <remarks>Calls of sbank say it; a client of your own has to send it as metadata.</remarks>
    public static string LoginNeedsUid(string key) => $"a login token needs the user's number, once, as {key}";

    /// <summary>Somebody else than slurmctld spoke to the controller's plugin socket.</summary>
    /// <remarks>Run slurmctld as SlurmUser, and the sidecar with --slurm-user of the same name.</remarks>
    public const string OnlySlurm = "only root and SlurmUser may report jobs";

    /// <summary>Somebody else than slurmd and slurmstepd spoke to a node's plugin socket.</summary>
    /// <remarks>slurmd has to run as root, as it does everywhere.</remarks>
    public const string OnlyRoot = "only root may report starts on a node";

    /// <summary>A user asked for what only administrators see, or for another user's jobs.</summary>
    /// <remarks>Ask for your own, or as root or SlurmUser.</remarks>
    public const string AnotherUsers = "that is another user's: only root and SlurmUser may ask";

    /// <summary>A quote was asked for without a job.</summary>
    /// <remarks>sbank always sends one; a client of your own has to.</remarks>
    public const string JobWanted = "a job is wanted: the request holds none";

    /// <summary>More accounts were asked about than are answered in one call.</summary>
    /// <remarks>Ask several times.</remarks>
    public static string TooManyAccounts(int most) => $"at most {most} accounts can be asked about at once";

    /// <summary>More jobs were asked about than are answered in one call.</summary>
    /// <remarks>Ask several times.</remarks>
    public static string TooManyJobs(int most) => $"at most {most} jobs can be asked about at once";

    /// <summary>Records are to be given up, and nobody said why.</summary>
    /// <remarks>sbank dead-letters discard --reason "...".</remarks>
    public static string ReasonWanted(int longest) => $"a reason is wanted, of at most {longest} characters in one line";

    /// <summary>A quote was asked for before Slurm's partitions or the configuration had been read.</summary>
    /// <remarks>Try again in a few seconds. Should it stay so: the sidecar's log says what can't be read.</remarks>
    public const string PricesUnknown = "the cluster's partitions or its prices are not known yet; try again in a moment";

    /// <summary>A node sent more starts in one message than are taken.</summary>
    /// <remarks>The node's sidecar is another version: bring both to one.</remarks>
    public static string TooManyStarts(int count, int most) => $"{count} starts in one message; at most {most} are taken";

    /// <summary>A node reported a start that names no job, or a node with an impossible name.</summary>
    /// <remarks>The node's sidecar or plugin is another version: bring them to one.</remarks>
    public static string StartMalformed(int longest) => $"a start without a job id, or on a node of more than {longest} characters";

    /// <summary>A plugin asked for something that this sidecar does not know.</summary>
    /// <remarks>Plugin and sidecar are of different versions: bring both to one. Nothing is lost meanwhile.</remarks>
    public const string UnknownKind = "a request of a kind that this sidecar does not know";

    /// <summary>A plugin speaks another version of the protocol.</summary>
    /// <remarks>Bring plugins and sidecar to one version.</remarks>
    public static string OtherProtocol(uint told, uint spoken) => $"protocol {told}; this sidecar speaks {spoken}";

    /// <summary>A plugin sent its request before saying what it is.</summary>
    /// <remarks>It is none of ours, or of another version.</remarks>
    public const string HelloFirst = "say hello first";

    /// <summary>A fault in the sidecar itself; the plugin keeps what it had to report.</summary>
    /// <remarks>Look into the sidecar's log (event 153), and report it.</remarks>
    public const string Failed = "the sidecar failed; its log says why";

    /// <summary>A submission carries no id for its hold.</summary>
    /// <remarks>The plugin is another version: bring it and the sidecar to one.</remarks>
    public const string WithoutHold = "a submission without a hold id";

    /// <summary>What a plugin reports can't be kept now; the plugin keeps it in its spool.</summary>
    /// <remarks>Make room in the sidecar's state directory; nothing is lost meanwhile.</remarks>
    public const string StateBusy = "the state database is busy or full";

    /// <summary>As above, on a node.</summary>
    /// <remarks>Make room in the node sidecar's state directory; the plugin keeps starts in its spool meanwhile.</remarks>
    public const string NodeStateFails = "the node's state database can't be written";

    /// <summary>slurmctld's plugins ask a sidecar with --role node.</summary>
    /// <remarks>Start the sidecar beside slurmctld with --role controller.</remarks>
    public const string NodeTakesStarts =
        "this is a node's sidecar, which takes starts of jobs alone: slurmctld's plugins need the controller's";

    /// <summary>sbank asked on a host whose sidecar may not pass questions on.</summary>
    /// <remarks>Give that sidecar --login-token FILE, or ask on a login node.</remarks>
    public const string NoLoginToken = "this node's sidecar has no login token: ask on a login node or on the controller's host";
}
