namespace SlurmBanking.Hooks.Messages;

/// <summary>What the plugins write into slurmctld's log; the shim puts the plugin's name before it.</summary>
internal static class LogTexts
{
    /// <summary>The first call that got no answer; no further line until one does.</summary>
    /// <remarks>Start the sidecar, or look into its log. What ended jobs cost is kept, and billed when it is back.</remarks>
    public static string SidecarAway(string reason, string meanwhile) => $"the sidecar can't be asked: {reason}; {meanwhile}";

    /// <summary>The first call that is answered again.</summary>
    /// <remarks>Nothing.</remarks>
    public static string SidecarBack(long seconds, long calls) =>
        $"the sidecar answers again after {seconds} s; {calls} calls went unanswered";

    /// <summary>The socket is not there, or nobody accepts.</summary>
    /// <remarks>Part of other messages. Start the sidecar, with the --runtime-dir of SLURM_BANKING_SOCKET.</remarks>
    public const string Absent = "nobody listens on its socket";

    /// <summary>The process behind the socket is neither root's nor SlurmUser's, or others can write its directory.</summary>
    /// <remarks>Part of other messages. Run the sidecar as SlurmUser, and give its runtime directory mode 0755.</remarks>
    public const string Untrusted = "its socket is served by, or lies in a directory of, somebody who may not";

    /// <summary>The sidecar took longer than the deadline.</summary>
    /// <remarks>Part of other messages. The host is overloaded, or the sidecar's disk is.</remarks>
    public const string TooLate = "no answer in time";

    /// <summary>The sidecar closed the connection in the middle.</summary>
    /// <remarks>Part of other messages. It was restarted, most likely.</remarks>
    public const string BrokenOff = "the connection broke off";

    /// <summary>The answer is none of the protocol.</summary>
    /// <remarks>Part of other messages. Bring plugins and sidecar to one version.</remarks>
    public const string Malformed = "its answer makes no sense";

    /// <summary>The sidecar says that it can't take the request now.</summary>
    /// <remarks>Part of other messages. Its log says why.</remarks>
    public const string Rejected = "it rejected the request";

    /// <summary>After several failures the sidecar is not asked for a few seconds.</summary>
    /// <remarks>Part of other messages.</remarks>
    public const string Resting = "resting after failures";

    /// <summary>policy.when_sidecar_unavailable is "allow", or the sidecar never told.</summary>
    /// <remarks>Part of other messages.</remarks>
    public const string LettingIn = "submissions are let in meanwhile";

    /// <summary>policy.when_sidecar_unavailable is "deny".</summary>
    /// <remarks>Part of other messages.</remarks>
    public const string Refusing = "submissions are refused meanwhile";

    /// <summary>Ended jobs wait in the spool.</summary>
    /// <remarks>Nothing: the sidecar takes them from there.</remarks>
    public static string EndsKept(string directory) => $"ended jobs are kept in {directory} meanwhile";

    /// <summary>Ended jobs can't be kept in the spool either.</summary>
    /// <remarks>Make room there, and let the directory belong to root or SlurmUser with mode 0750 at most.</remarks>
    public static string EndsNotKept(string directory) =>
        $"and {directory} can't keep ended jobs meanwhile: the sidecar's sweep of the queue will find them";

    /// <summary>A fault in the plugin.</summary>
    /// <remarks>Report it. The job goes on as if there were no plugin.</remarks>
    public static string Failed(string type, string problem) => $"failed, the job goes on: {type}: {problem}";
}
