namespace SlurmBanking.Operator.Messages;

/// <summary>What conditions in a BankingConfig's status say, and the events of when they change.</summary>
internal static class Conditions
{
    /// <summary>Ready: all of the other conditions that matter hold.</summary>
    /// <remarks>Nothing to do.</remarks>
    public const string Ready = "rendered, in force, and the bank answers";

    /// <summary>Rendered: the files are in their ConfigMaps.</summary>
    /// <remarks>Nothing to do.</remarks>
    public static string Rendered(string file, string map) => $"{file} is in ConfigMap {map}";

    /// <summary>Rendered is false: the spec is wrong, or another BankingConfig or an object of somebody else's is in the way.</summary>
    /// <remarks>
    /// Mend each field that is named, as kubectl explain bankingconfig.spec describes it, or remove what is in the way. Nothing is changed
    /// before.
    /// </remarks>
    public static string NotRendered(string problems, string kept) => $"{problems}; {kept}";

    /// <summary>Rendered is false: what has the cluster already.</summary>
    /// <remarks>Part of other messages.</remarks>
    public static string HasCluster(string other) => $"BankingConfig {other} has this cluster";

    /// <summary>Rendered is false: the API server has refused to take one of the objects.</summary>
    /// <remarks>
    /// Where it is forbidden, give the operator the right, as the chart does; where a quota or an admission webhook is named, ask whoever
    /// runs it.
    /// </remarks>
    public static string ApplyFailed(string refusal, string kept) =>
        $"the API server refused an object: {refusal}; it is tried again, and {kept}";

    /// <summary>Rendered is false, and there are no files of an earlier generation.</summary>
    /// <remarks>Part of other messages.</remarks>
    public const string NothingRendered = "nothing was rendered";

    /// <summary>Rendered is false, and the files of an earlier generation are in force.</summary>
    /// <remarks>Part of other messages.</remarks>
    public const string LastGoodStays = "the last good configuration stays as it is";

    /// <summary>Behind a list that is cut off.</summary>
    /// <remarks>Part of other messages.</remarks>
    public static string WithMore(string listed, int more) => $"{listed}, and {more} more";

    /// <summary>Conflict: two BankingConfigs of a namespace name the same cluster, Controller or SlurmCluster.</summary>
    public static string ClusterTaken(string other) =>
        $"BankingConfig {other}, which is older, is for the same cluster: one of the two has to go, or to name another";

    /// <summary>Conflict: an object that the operator would make is there, and somebody else has made it.</summary>
    /// <remarks>
    /// Delete that object, or give the BankingConfig another name: its objects are named for it. It is looked at again every minute.
    /// </remarks>
    public static string ForeignObject(string kind, string name) =>
        $"{kind} {name} is there and is not this BankingConfig's: it was not touched";

    /// <summary>Conflict is false.</summary>
    /// <remarks>Nothing to do.</remarks>
    public const string NoConflict = "no other BankingConfig and no other object is in the way";

    /// <summary>InForce is false: the sidecar can't have what was not rendered.</summary>
    public const string NotInForce = "this generation of the object was not rendered: the condition Rendered says why";

    /// <summary>InForce: what spec.slurm names is not in the namespace.</summary>
    /// <remarks>
    /// Write the name as kubectl get shows it; the BankingConfig has to be in the same namespace. It is looked at again every minute.
    /// </remarks>
    public static string NoReferent(string field, string kind, string name, string space) =>
        $"{field}: there is no {kind} {name} in namespace {space}";

    /// <summary>InForce: the object names no Slurm cluster, and no labels of a pod.</summary>
    /// <remarks>Name slurmctld's Service in spec.slurm, or its pods in spec.sidecar.selector.</remarks>
    public const string NoReference = "spec.slurm: without a reference, or spec.sidecar.selector, the controller's sidecar can't be asked";

    /// <summary>InForce: the controller's sidecar has answered, with the hash of this very file.</summary>
    /// <remarks>Nothing to do.</remarks>
    public const string InForce = "the controller's sidecar acts on this configuration";

    /// <summary>InForce is false: the sidecar reads the new file and finds it wrong, or can't read it.</summary>
    /// <remarks>
    /// The operator renders only what the sidecar's own reader takes, so look at what the file refers to, such as the CAs of the bank, and
    /// at the versions: operator and sidecar should be of one release.
    /// </remarks>
    public static string Rejected(string problems) => $"the controller's sidecar does not take its file: {problems}";

    /// <summary>InForce is false: the new file is in its ConfigMap, and has not reached the pod yet.</summary>
    /// <remarks>
    /// Wait. If it stays, see whether the controller's pod mounts the ConfigMap as a directory: a subPath is never brought up to date.
    /// </remarks>
    public const string Underway = "the controller's sidecar acts on another configuration; the kubelet brings the new one within 90 s";

    /// <summary>InForce, BankReachable, TokenAccepted, PartitionsPriced: the operator has just begun.</summary>
    /// <remarks>Wait half a minute.</remarks>
    public const string NotAsked = "the controller's sidecar has not been asked yet";

    /// <summary>InForce, BankReachable, TokenAccepted, PartitionsPriced: the controller's sidecar gives no answer.</summary>
    /// <remarks>
    /// See whether the controller's pod runs the container slurm-banking, with the labels that the Service NAME-sidecar selects, and
    /// whether a NetworkPolicy lets the operator reach its port. The cluster itself goes on.
    /// </remarks>
    public static string NoSidecar(string problem) => $"the controller's sidecar can't be asked: {problem}";

    /// <summary>No sidecar: the connection or the answer takes too long.</summary>
    /// <remarks>Part of other messages.</remarks>
    public static string NoAnswer(double seconds) => $"it does not answer within {seconds:0} s";

    /// <summary>No sidecar: the port is closed.</summary>
    /// <remarks>Part of other messages.</remarks>
    public const string NothingListens = "nothing listens there";

    /// <summary>No sidecar: the name of the Service can't be resolved.</summary>
    /// <remarks>Part of other messages.</remarks>
    public const string NoAddress = "its Service has no address here";

    /// <summary>No sidecar: its certificate was not made for this BankingConfig.</summary>
    /// <remarks>Part of other messages.</remarks>
    public const string StrangeCertificate = "its certificate is not of this BankingConfig's CA";

    /// <summary>No sidecar: the Secret with the accepted tokens has not reached its pod.</summary>
    /// <remarks>Part of other messages.</remarks>
    public const string UnknownToken = "it does not know the operator's token yet";

    /// <summary>No sidecar: the Secrets for nodes and for login nodes were mixed up in its pod.</summary>
    /// <remarks>Part of other messages.</remarks>
    public const string WrongScope = "it takes the operator's token for one of another scope";

    /// <summary>BankReachable.</summary>
    /// <remarks>Nothing to do.</remarks>
    public static string BankAnswers(string url) => $"the bank at {url} answers";

    /// <summary>BankReachable, though TokenAccepted is false.</summary>
    /// <remarks>The condition TokenAccepted says what to do.</remarks>
    public static string BankRefuses(string url) => $"the bank at {url} answers, but refuses the token";

    /// <summary>BankReachable is false: the controller's sidecar gets no answer, or none that is one.</summary>
    /// <remarks>
    /// Ask that address from the controller's pod: its name, a NetworkPolicy, a proxy, a certificate of a CA that spec.api.caSecretRef does
    /// not have. What happens meanwhile is delivered when it answers again.
    /// </remarks>
    public static string BankUnreachable(string url) =>
        $"the bank at {url} does not answer: submissions follow spec.policy.whenBankUnavailable, and nothing is lost";

    /// <summary>BankReachable: no job has been submitted since the sidecar began.</summary>
    /// <remarks>Wait for the first submission.</remarks>
    public const string NothingAsked = "the sidecar has had nothing to ask the bank yet";

    /// <summary>TokenAccepted.</summary>
    /// <remarks>Nothing to do.</remarks>
    public const string TokenAccepted = "the bank takes the token";

    /// <summary>TokenAccepted is false: the bank answers 401 or 403.</summary>
    /// <remarks>
    /// Put a token that is good at the bank, one that may write job records, into that Secret. The sidecar reads it again by itself.
    /// </remarks>
    public const string TokenRefused =
        "the bank refuses the token of spec.api.tokenSecretRef: nothing is delivered until it changes, and nothing is lost";

    /// <summary>TokenAccepted: whether the token is good is not known while the bank does not answer.</summary>
    /// <remarks>The condition BankReachable says what to do.</remarks>
    public const string BankNotReached = "the bank has not answered";

    /// <summary>PartitionsPriced.</summary>
    /// <remarks>Nothing to do.</remarks>
    public const string Priced = "every partition has a price";

    /// <summary>PartitionsPriced is false: the cluster has partitions that the object does not name.</summary>
    /// <remarks>
    /// Add them to spec.partitionPrices, a price of 0 where jobs are to be free. What becomes of their jobs till then is
    /// spec.policy.unpricedPartition.
    /// </remarks>
    public static string Unpriced(string partitions) => $"spec.partitionPrices: no price for {partitions}";

    /// <summary>PartitionsPriced: slurmctld has not told the sidecar of its partitions.</summary>
    /// <remarks>Wait; if it stays, see in the sidecar's log whether scontrol can reach slurmctld.</remarks>
    public const string PartitionsUnknown = "the sidecar does not know the cluster's partitions yet";
}
